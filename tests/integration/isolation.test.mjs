// isolation.test.mjs -- can anybody find out what is there and not theirs?
//
// Walks every call of the contract that the server serves; a call without a row here
// fails. People of another organization, an unconcerned colleague, bots and admins
// name what exists and what does not: the answers are the same, byte for byte, through
// both doors, and the victims' state is afterwards what it was.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, test } from 'node:test';
import { callOver, readContract } from './lib/contract.mjs';
import { run } from './lib/program.mjs';
import { newId, Rand } from './lib/rand.mjs';
import { LOAD, Server } from './lib/server.mjs';
import { Socket } from './lib/socket.mjs';
import { within } from './lib/wait.mjs';

const PASSWORD = 'correct horse battery';
const WALLET = '0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed';
const OTHER_WALLET = '0x1111111111111111111111111111111111111111';
const rand = new Rand(1);

let server;
let calls;
let askers; // { name, token, own, knows }: own is a conversation of theirs, knows: whom they may see
let victims; // { alice, bob }: tokens
let there; // what is there and nobody's business: ids
let secrets; // texts and ids that must not be said to anybody
let sockets; // of the victims, which hear everything

// Two values of one length: what is theirs, and what is not there.
const pair = (theirs, nothing) => {
	assert.equal(Buffer.byteLength(theirs), Buffer.byteLength(nothing), 'answers could differ in length');
	return [theirs, nothing];
};
const PERSON = pair('alice', 'nobdy');
const JID = pair('alice@default.localhost', 'nobdy@default.localhost');
const DOMAIN = pair('alice@default.localhost', 'alice@nowhere.localhost');
const ORGANIZATION = pair('default', 'nowhere');
const wallets = () => pair(WALLET, OTHER_WALLET);

// Whoever shares an organization with alice may see her.
const isStranger = (asker) => !asker.knows.includes('alice');

/*
 * Cases of one call: ARGS makes its arguments of what is named. pairs of [theirs,
 * nothing]; only: for whom the two have to be alike.
 */
const cases = (args, pairs, only = () => true) => pairs.map((make) => ({ args, pair: make, only }));
const people = (args, only = isStranger) => cases(args, [() => PERSON, () => JID, () => DOMAIN, wallets], only);
const inDefault = (id) => `${id}@mix.default.localhost`;
const conversations = (more = {}) => {
	const args = (conversation) => ({ conversation, ...more });
	return [...cases(args, [() => pair(there.conversation, randomUUID()),
		() => pair(inDefault(there.conversation), inDefault(randomUUID()))]),
	...cases(args, [() => pair(inDefault(there.conversation), `${there.conversation}@mix.nowhere.localhost`)], isStranger)];
};
const eachMessage = (args, only) => ['message', 'answer', 'deleted', 'hidden'].flatMap((name) => cases(args,
	[() => pair(there[name], newId(rand))], only));
const messages = (more = {}) => eachMessage((id) => ({ id, ...more }));
// In a conversation of one's own; whoever has none is refused before.
const inOwn = (args) => eachMessage((id, asker) => ({ conversation: asker.own ?? randomUUID(), ...args(id) }),
	(asker) => asker.own !== null);
const organizations = (args = {}) => cases((organization) => ({ ...args, organization }), [() => ORGANIZATION], isStranger);

// By call. own: arguments that name nobody else; nothing of the victims is in the answer.
const ROWS = {
	'me.get': { own: {} },
	'me.update': { own: { metadata: { mine: true } } },
	'me.settings': { own: {} },
	'me.unread': { own: {} },
	'sessions.list': { own: {} },
	'sessions.create': { cases: [
		...people((user) => ({ user, password: 'not the password' }), () => true),
		...cases((organization, asker) => ({ token: asker.token, organization }), [() => ORGANIZATION], isStranger)] },
	'sessions.refresh': { cases: cases((refreshToken) => ({ refreshToken }), [() => forgedTokens()]) },
	'sessions.end': { cases: cases((session) => ({ session }), [() => pair(there.session, newId(rand))]) },
	'users.get': { cases: people((user) => ({ user })) },
	'users.search': { own: { query: 'alice' }, cases: [...organizations({ query: 'a' }),
		...cases((query) => ({ query }), [() => PERSON, () => pair('Aurelia', 'Nobodyx')], isStranger)] },
	'contacts.list': { own: {}, cases: cases((query) => ({ query }), [() => PERSON], isStranger) },
	'contacts.add': { cases: people((user) => ({ user })) },
	'contacts.remove': { cases: people((user) => ({ user })) },
	'aliases.list': { own: {}, cases: people((user) => ({ user }), () => true) },
	'aliases.add': { cases: people((user) => ({ user, kind: 'external', value: 'taken' }), () => true) },
	'aliases.remove': { cases: cases((value) => ({ kind: 'wallet', value }), [wallets]) },
	'conversations.list': { own: {}, cases: organizations() },
	'conversations.direct': { cases: [...people((user) => ({ user })), ...organizations({ user: 'alice' })] },
	'conversations.get': { cases: conversations() },
	'conversations.read': { cases: conversations({ upTo: 3 }) },
	'conversations.delivered': { cases: conversations({ upTo: 3 }) },
	'conversations.typing': { cases: conversations({ state: 'composing' }) },
	'conversations.markUnread': { cases: conversations({ unread: true }) },
	'conversations.draft': { cases: [...conversations({ text: 'x' }), ...inOwn((replyTo) => ({ text: 'x', replyTo }))] },
	'messages.list': { cases: [...conversations(), ...conversations({ after: '0' }), ...inOwn((before) => ({ before })),
		...inOwn((after) => ({ after })), ...inOwn((around) => ({ around }))] },
	'messages.send': { cases: [...conversations({ text: 'x' }), ...inOwn((replyTo) => ({ text: 'x', replyTo }))] },
	'messages.sendToUser': { cases: [...people((address) => ({ address, text: 'x' })),
		...cases((address) => ({ address, text: 'x' }), [() => pair(there.conversation, randomUUID())]),
		...organizations({ address: 'alice', text: 'x' })] },
	'messages.get': { cases: messages() },
	'messages.edit': { cases: [...messages({ text: 'x' }), ...messages({ opaque: 'AAAA' })] },
	'messages.edits': { cases: messages() },
	'messages.react': { cases: [...messages({ emoji: '👍' }), ...messages({ emoji: '👍', on: false })] },
	'messages.receipts': { cases: messages() },
	'messages.delete': { cases: eachMessage((id) => ({ ids: [id, id] })) },
	'messages.deleteForMe': { cases: eachMessage((id) => ({ ids: [id, id] })) },
	'presence.watch': { own: { users: [] }, cases: people((user) => ({ users: [user] })) },
	sync: { own: {}, cases: [] },
};

// A refresh token with a real session and a false seal, and one of no session.
function forgedTokens() {
	const bytes = Buffer.from(there.refreshToken.slice(3), 'base64url');
	const forged = Buffer.from(bytes);
	const unknown = Buffer.from(bytes);
	forged[bytes.length - 1] ^= 1;
	for (let i = 0; i < 16; i++) unknown[i] ^= 0x5a;
	return pair(`kr_${forged.toString('base64url')}`, `kr_${unknown.toString('base64url')}`);
}

// --- the world ---

function token(user, ...words) {
	return server.admin('token', user, ...words).trim();
}

function adminKey(organization, user) {
	return /^key (\S+)$/m.exec(server.admin('apikey', 'add', organization, '--user', user, '--scope', 'admin'))[1];
}

async function makePeople() {
	server.admin('org', 'add', 'other');
	for (const [user, name] of [['alice', 'Aurelia Victim'], ['bob', 'Bertrand Victim'], ['carol', 'Carol'], ['chief', 'Chief']]) {
		server.admin('user', 'add', user, '--name', name);
	}
	server.admin('user', 'add', 'robo', '--bot');
	for (const user of ['mallory', 'boss']) server.admin('user', 'add', user, '--org', 'other');
	server.admin('user', 'add', 'drone', '--org', 'other', '--bot');
	const done = run('kithctl', ['--data', server.data, 'user', 'password', 'alice', '--password-stdin'], { input: `${PASSWORD}\n` });
	assert.equal(done.code, 0, done.err);
	const all = ['alice', 'bob', 'carol', 'robo', 'chief'];
	askers = [
		{ name: 'somebody of another organization', user: 'mallory', token: token('mallory'), knows: [] },
		{ name: 'a bot of another organization', user: 'drone', token: token('drone', '--scope', 'bot'), knows: [] },
		{ name: 'an admin of another organization', user: 'boss', token: adminKey('other', 'boss'), knows: [], own: null },
		{ name: 'a colleague', user: 'carol', token: token('carol'), knows: all },
		{ name: 'a bot', user: 'robo', token: token('robo', '--scope', 'bot'), knows: all },
		{ name: 'an admin', user: 'chief', token: adminKey('default', 'chief'), knows: all, own: null },
	];
	for (const asker of askers.filter(({ own }) => own === undefined)) {
		asker.own = (await make(asker.token, 'conversations.direct', { user: asker.user })).id;
	}
	victims = { alice: token('alice'), bob: token('bob') };
}

// A call that has to work: its result.
async function make(bearer, call, args = {}) {
	const { status, body } = await callOver(server, bearer, calls[call], args);
	assert.ok(status < 300, `${call}: ${body}`);
	return JSON.parse(body);
}

async function makeThings() {
	const { alice, bob } = victims;
	const say = (bearer, address, text) => make(bearer, 'messages.sendToUser', { address, id: newId(rand), text });
	const first = await say(alice, 'bob', 'the secret text');
	const answer = await say(bob, 'alice', 'the secret answer');
	const deleted = await say(alice, 'bob', 'the deleted text');
	const hidden = await say(alice, 'bob', 'the hidden text');
	await make(alice, 'messages.edit', { id: first.id, text: 'the secret edit' });
	await make(bob, 'messages.react', { id: first.id, emoji: '🐝' });
	await make(alice, 'messages.delete', { ids: [deleted.id] });
	await make(bob, 'messages.deleteForMe', { ids: [hidden.id] });
	await make(alice, 'conversations.draft', { conversation: first.conversation, text: 'the secret draft' });
	await make(alice, 'contacts.add', { user: 'bob' });
	await make(alice, 'me.update', { metadata: { open: 'the public note' }, privateMetadata: { closed: 'the private note' } });
	await make(token('chief', '--scope', 'operator'), 'aliases.add', { user: 'alice', kind: 'wallet', value: WALLET });
	const grant = await make(null, 'sessions.create', { user: 'alice', password: PASSWORD, device: 'the secret device' });
	there = { conversation: first.conversation, message: first.id, answer: answer.id, deleted: deleted.id,
		hidden: hidden.id, session: grant.session.id, refreshToken: grant.refreshToken };
	secrets = ['the secret', 'the deleted', 'the hidden', 'the private note', ...Object.values(there)];
}

// All that the victims see.
async function stateOf(bearer) {
	const about = { conversation: there.conversation };
	const state = {};
	for (const [call, args] of [['me.get'], ['me.unread'], ['me.settings'], ['sessions.list'], ['contacts.list'], ['aliases.list'],
		['conversations.list'], ['conversations.get', about], ['messages.list', about],
		['messages.edits', { id: there.message }], ['messages.receipts', { id: there.message }]]) {
		state[call] = await make(bearer, call, args);
	}
	return state;
}

before(async () => {
	server = await Server.start({ env: { ...LOAD, KITH_WORKERS: '2', KITH_PASSWORD_MEMORY_MIB: '8',
		KITH_LIMIT_FAILED_SIGNINS_ACCOUNT: '0', KITH_LIMIT_FAILED_SIGNINS_ADDRESS: '0', KITH_LIMIT_SEARCHES_USER: '0' } });
	calls = await readContract(server);
	await makePeople();
	await makeThings();
	sockets = await Promise.all(Object.values(victims).map((bearer) => Socket.signIn(server, bearer)));
});

test('R-001 every call of the contract has a row here', () => {
	assert.deepEqual(Object.keys(ROWS).sort(), Object.keys(calls).sort());
	for (const [call, { own, cases: some = [] }] of Object.entries(ROWS)) {
		assert.ok(own || some.length > 0, `${call} is not walked`);
	}
});

// --- walking ---

// ANSWER as text in which what was NAMED reads the same.
const blind = (answer, named) => JSON.stringify(answer, null, 1).replaceAll(named, '…');

function assertNoSecret(text, asked, what) {
	const said = secrets.filter((secret) => text.includes(secret) && !JSON.stringify(asked).includes(secret));
	assert.deepEqual(said, [], `${what}: ${text}`);
}

async function askBoth(asker, socket, call, args) {
	const { scopes } = calls[call];
	const bearer = scopes.length === 0 ? null : asker.token;
	const http = await callOver(server, bearer, calls[call], args);
	if (!socket) return { http };
	const { id, ...frame } = await within(socket.ask(call, args), `the answer to ${call}`);
	return { http, frame };
}

async function walk(asker, socket) {
	let compared = 0;
	for (const [call, { own, cases: some = [] }] of Object.entries(ROWS)) {
		if (own) {
			const answer = await askBoth(asker, socket, call, own);
			assert.ok([200, 403].includes(answer.http.status), `${call}: ${JSON.stringify(answer)}`);
			assertNoSecret(JSON.stringify(answer), own, `${call} of ${asker.name}`);
		}
		for (const { args, pair: make2, only } of some.filter((one) => one.only(asker))) {
			const [theirs, nothing] = make2();
			const answers = [];
			for (const named of [theirs, nothing]) {
				const asked = args(named, asker);
				const answer = await askBoth(asker, socket, call, asked);
				assertNoSecret(JSON.stringify(answer), asked, `${call} of ${asker.name}`);
				answers.push(blind(answer, named));
			}
			assert.equal(answers[0], answers[1], `${call} ${JSON.stringify(args(theirs, asker))} of ${asker.name}`);
			compared++;
		}
	}
	return compared;
}

test('R-001 R-003 what exists and is not yours, and what does not exist, answer byte for byte alike', async (t) => {
	const cursors = await Promise.all(Object.values(victims).map((bearer) => make(bearer, 'sync')));
	const states = [];
	for (const bearer of Object.values(victims)) states.push(await stateOf(bearer));

	for (const asker of askers) {
		await t.test(asker.name, async () => {
			// Who runs an organization has no news, so no socket.
			const socket = asker.own === null ? null : await Socket.signIn(server, asker.token);
			const compared = await walk(asker, socket);
			assert.ok(compared > 60, `${compared} pairs were compared`);
			console.log(`# ${asker.name}: ${compared} pairs`);
			await socket?.close();
		});
	}

	await t.test('and the victims\' state is what it was', async () => {
		for (const [i, bearer] of Object.values(victims).entries()) {
			assert.deepEqual(await stateOf(bearer), states[i]);
			const news = await make(bearer, 'sync', { since: cursors[i].cursor });
			assert.deepEqual(news.items, []);
			assert.deepEqual(sockets[i].events, []);
		}
		const again = await make(null, 'sessions.refresh', { refreshToken: there.refreshToken });
		assert.equal(again.session.id, there.session, 'a forged token does not end a session');
	});
});

test('R-001 nobody of another organization is found, kept, watched or heard of', async () => {
	const [{ token: mallory }] = askers;
	const watcher = await Socket.signIn(server, mallory);
	for (const query of ['alice', 'Aurelia', 'Victim', 'bob', 'a', 'c']) {
		const { items } = await make(mallory, 'users.search', { query, limit: '200' });
		assert.deepEqual(items.filter(({ id }) => !['mallory', 'boss', 'drone'].includes(id)), [], query);
	}
	assert.deepEqual((await make(mallory, 'contacts.list')).items, []);
	assert.deepEqual((await make(mallory, 'conversations.list')).items, []);
	const { items } = await watcher.call('presence.watch', { users: ['alice', 'bob'] });
	assert.deepEqual(items, [{ user: 'alice', online: false }, { user: 'bob', online: false }]);
	// Alice comes and goes, and writes; what mallory does then is heard after it.
	const socket = await Socket.signIn(server, victims.alice);
	await socket.call('messages.sendToUser', { address: 'bob', text: 'the secret goodbye' });
	await socket.close();
	const { id } = await make(mallory, 'conversations.direct', { user: 'mallory' });
	await make(mallory, 'conversations.draft', { conversation: id, text: 'mine' });
	await watcher.frame(({ event, data }) => event === 'conversation.draft' && data.text === 'mine', 'the own draft');
	assertNoSecret(JSON.stringify(watcher.frames.items), {}, 'what mallory heard');
	assert.deepEqual(watcher.events.filter(({ event }) => event !== 'conversation.draft'), []);
	await watcher.close();
});

test('R-092 another person\'s cursor shows nothing of theirs', async () => {
	const { cursor } = await make(victims.alice, 'sync');
	await make(victims.alice, 'messages.sendToUser', { address: 'bob', text: 'the secret sequel' });
	for (const asker of askers.filter(({ own }) => own !== null)) {
		const news = await make(asker.token, 'sync', { since: cursor });
		assert.deepEqual(news.items, [], asker.name);
	}
});

test('R-041 an id that somebody else has taken answers a bare conflict', async () => {
	for (const asker of askers.filter(({ own }) => own !== null)) {
		const answer = await callOver(server, asker.token, calls['messages.send'], { conversation: asker.own, id: there.message, text: 'the secret edit' });
		assert.equal(answer.status, 409, answer.body);
		assert.equal(JSON.parse(answer.body).code, 'conflict');
		assertNoSecret(answer.body, {}, asker.name);
	}
});

test('R-001 the server ends in order, and its data is sound', async () => {
	for (const socket of sockets) await socket.close();
	server.verify();
	await server.stop();
});
