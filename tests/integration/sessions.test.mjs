// sessions.test.mjs -- signing in at a real server: devices, their tokens, and how they
// end, on every worker at once.
//
// The server has several workers, so that what ends on one connection is refused on
// others. Nothing here waits for a time: a close, or a refusal, is waited for.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { request as httpRequest } from 'node:http';
import { directWith, get, request } from './lib/api.mjs';
import { run } from './lib/program.mjs';
import { Server } from './lib/server.mjs';
import { Socket } from './lib/socket.mjs';
import { Stream } from './lib/stream.mjs';
import { within } from './lib/wait.mjs';

const PASSWORD = 'correct horse battery';
const CONNECTIONS = 24; // enough for each worker to have some
const TRIES = 5;
let server;
const secrets = [PASSWORD];

// Something that must not be in the log.
function secret(text) {
	secrets.push(text);
	return text;
}

function setPassword(user, password = PASSWORD) {
	const done = run('kithctl', ['--data', server.data, 'user', 'password', user, '--password-stdin'],
		{ input: `${secret(password)}\n` });
	assert.equal(done.code, 0, done.err);
}

function addUser(id, ...words) {
	server.admin('user', 'add', id, ...words);
	setPassword(id);
}

before(async () => {
	server = await Server.start({ env: { KITH_WORKERS: '4', KITH_PASSWORD_MEMORY_MIB: '8', KITH_LOG_LEVEL: 'debug',
		KITH_LIMIT_FAILED_SIGNINS_ACCOUNT: `${TRIES}/1h`, KITH_LIMIT_FAILED_SIGNINS_ADDRESS: '1000/1h',
		KITH_LIMIT_CALLS_ADDRESS: '10000/s', KITH_LIMIT_SIGNINS_ADDRESS: '10000/s' } });
	server.admin('org', 'add', 'acme');
});

function create(body) {
	return request(server, null, '/v1/sessions', body);
}

async function signIn(user, device, more = {}) {
	const answer = await create({ user, password: PASSWORD, device, ...more });
	assert.equal(answer.status, 200, JSON.stringify(answer.body));
	secret(answer.body.accessToken);
	secret(answer.body.refreshToken);
	return answer.body;
}

function refresh(token) {
	return request(server, null, '/v1/sessions/refresh', { refreshToken: token });
}

function send(method, token, path, body) {
	return fetch(server.url + path, { method, headers: { authorization: `Bearer ${token}`,
		...(body ? { 'content-type': 'application/json' } : {}) }, body: body && JSON.stringify(body) });
}

// On a connection of its own: the kernel gives it to any worker.
function statusAlone(token) {
	return new Promise((done, fail) => {
		const sent = httpRequest(`${server.url}/v1/me`, { agent: false, headers: { authorization: `Bearer ${token}` } },
			(answer) => { answer.resume(); answer.on('end', () => done(answer.statusCode)); });
		sent.on('error', fail);
		sent.end();
	});
}

async function statusesEverywhere(token) {
	const all = await within(Promise.all(Array.from({ length: CONNECTIONS }, () => statusAlone(token))), 'answers');
	return [...new Set(all)];
}

// The bye and the close of a session that has ended.
async function checkEnded(socket) {
	const { code } = await within(socket.closed, 'the end of a socket');
	assert.equal(code, 4401);
	const bye = socket.frames.items.at(-1);
	assert.equal(bye.type, 'bye');
	assert.equal(bye.reason, 'session_ended');
}

test('R-004 two devices each have a session, and see both', async () => {
	addUser('alice');
	const laptop = await signIn('alice', 'Laptop');
	const phone = await signIn('alice', 'Phone');
	const { items } = await get(server, phone.accessToken, '/v1/sessions');
	assert.deepEqual(items.map(({ device, current }) => [device, current]), [['Phone', true], ['Laptop', false]]);
	assert.deepEqual((await get(server, laptop.accessToken, '/v1/me')).id, 'alice');
	const listed = server.admin('sessions', 'alice', '--json').trim().split('\n').map((line) => JSON.parse(line));
	assert.deepEqual(listed.map(({ device }) => device), ['Phone', 'Laptop']);
});

test('R-004 a refresh token works once, its lost answer is given again, and an older one ends the session', async () => {
	addUser('ron');
	const first = await signIn('ron', 'Laptop');
	const second = await refresh(first.refreshToken);
	assert.equal(second.status, 200);
	secret(second.body.refreshToken);
	// Many at once, as a client with several windows: all the same.
	const again = await Promise.all(Array.from({ length: 8 }, () => refresh(first.refreshToken)));
	for (const { body } of again) assert.deepEqual(body, second.body);
	const third = await refresh(second.body.refreshToken);
	assert.equal(third.status, 200);
	const socket = await Socket.signIn(server, third.body.accessToken);
	assert.equal((await refresh(first.refreshToken)).status, 401);
	await checkEnded(socket);
	assert.equal((await refresh(third.body.refreshToken)).status, 401);
	assert.deepEqual(await statusesEverywhere(third.body.accessToken), [401]);
});

test('R-004 a session that is ended closes its connections, and no worker takes its token', async () => {
	addUser('bert');
	const laptop = await signIn('bert', 'Laptop');
	const phone = await signIn('bert', 'Phone');
	const lost = await Promise.all(Array.from({ length: 6 }, () => Socket.signIn(server, phone.accessToken)));
	const kept = await Socket.signIn(server, laptop.accessToken);
	const stream = await Stream.open(server.url, phone.accessToken);
	assert.deepEqual(await statusesEverywhere(phone.accessToken), [200]); // each worker remembers it now
	const ended = await kept.call('sessions.end', { session: phone.session.id });
	assert.equal(ended.device, 'Phone');
	for (const socket of lost) await checkEnded(socket);
	const bye = await stream.event('bye');
	assert.equal(bye.data.reason, 'session_ended');
	assert.deepEqual(await statusesEverywhere(phone.accessToken), [401]);
	assert.equal((await refresh(phone.refreshToken)).status, 401);
	assert.deepEqual(await statusesEverywhere(laptop.accessToken), [200]);
	assert.equal((await kept.call('me.get', {})).id, 'bert');
	await kept.close();
});

test('R-004 who ends the session that they use gets the answer, then the end', async () => {
	addUser('cleo');
	const { accessToken, session } = await signIn('cleo', 'Laptop');
	const socket = await Socket.signIn(server, accessToken);
	assert.equal((await socket.call('sessions.end', { session: session.id })).current, true);
	await checkEnded(socket);
});

test('R-004 a new password ends all other sessions, and the old one is none any more', async () => {
	addUser('dan');
	const laptop = await signIn('dan', 'Laptop');
	const phone = await signIn('dan', 'Phone');
	const socket = await Socket.signIn(server, phone.accessToken);
	const refused = await send('PATCH', laptop.accessToken, '/v1/me',
		{ password: secret('another good one'), oldPassword: 'not the old one' });
	assert.equal(refused.status, 403);
	await refused.text();
	const changed = await send('PATCH', laptop.accessToken, '/v1/me',
		{ password: 'another good one', oldPassword: PASSWORD });
	assert.equal(changed.status, 200, await changed.text());
	await checkEnded(socket);
	assert.deepEqual(await statusesEverywhere(phone.accessToken), [401]);
	assert.deepEqual(await statusesEverywhere(laptop.accessToken), [200]);
	assert.equal((await create({ user: 'dan', password: PASSWORD })).status, 401);
	assert.equal((await create({ user: 'dan', password: 'another good one' })).status, 200);
});

test('R-004 a link sets the first password, or a new one that ends all sessions', async () => {
	server.admin('user', 'add', 'eve');
	const [, code] = /^code (kl_\S+)$/m.exec(server.admin('user', 'invite', 'eve'));
	const first = await create({ link: secret(code), password: PASSWORD, device: 'Laptop' });
	assert.equal(first.status, 200, JSON.stringify(first.body));
	assert.equal((await create({ link: code, password: PASSWORD })).status, 401);
	const socket = await Socket.signIn(server, first.body.accessToken);
	const [, reset] = /^code (kl_\S+)$/m.exec(server.admin('user', 'reset', 'eve'));
	assert.equal((await create({ link: secret(reset), password: secret('quite another') })).status, 200);
	await checkEnded(socket);
	assert.equal((await create({ user: 'eve', password: PASSWORD })).status, 401);
	assert.equal((await create({ user: 'eve', password: 'quite another' })).status, 200);
});

test('R-004 a user who is disabled is out at once, by every way in, and comes back', async () => {
	addUser('fay');
	const app = server.addPeople('gus'); // makes the key that signs for fay as well
	assert.ok(app.gus);
	const token = server.token('fay');
	const session = await signIn('fay', 'Laptop');
	const sockets = await Promise.all([session.accessToken, token].map((one) => Socket.signIn(server, one)));
	assert.deepEqual(await statusesEverywhere(token), [200]);
	server.admin('user', 'disable', 'fay');
	for (const socket of sockets) await checkEnded(socket);
	assert.deepEqual(await statusesEverywhere(token), [401]);
	assert.deepEqual(await statusesEverywhere(session.accessToken), [401]);
	assert.equal((await refresh(session.refreshToken)).status, 401);
	assert.equal((await create({ user: 'fay', password: PASSWORD })).status, 401);
	server.admin('user', 'enable', 'fay');
	assert.deepEqual(await statusesEverywhere(token), [200]);
	assert.equal((await refresh(session.refreshToken)).status, 401, 'sessions do not come back');
	assert.equal((await create({ user: 'fay', password: PASSWORD })).status, 200);
});

test('R-004 the operator ends one session', async () => {
	addUser('hal');
	const { accessToken, session } = await signIn('hal', 'Laptop');
	const socket = await Socket.signIn(server, accessToken);
	server.admin('session', 'end', 'hal', session.id);
	await checkEnded(socket);
	assert.equal(server.admin('sessions', 'hal'), '');
});

test('R-005 a bot\'s key talks and does nothing that is for people; an admin\'s reads no messages', async () => {
	addUser('ida');
	server.admin('user', 'add', 'robo', '--bot');
	assert.equal(server.kithctl('apikey', 'add', 'default', '--user', 'ida', '--scope', 'bot').code, 1);
	const made = server.admin('apikey', 'add', 'default', '--user', 'robo', '--scope', 'bot', '--name', 'shop');
	const [, id, bot] = /^id (\S+)\nkey (ka_\S+)\n$/.exec(made);
	const [, admin] = /^key (ka_\S+)$/m.exec(
		server.admin('apikey', 'add', 'default', '--user', 'ida', '--scope', 'admin'));
	secret(bot);
	secret(admin);
	const conversation = await directWith(server, bot, 'ida');
	const sent = await request(server, bot, `/v1/conversations/${conversation}/messages`, { text: 'I am a robot' });
	assert.equal(sent.status, 201, JSON.stringify(sent.body));
	assert.equal((await get(server, bot, '/v1/me')).scope, 'bot');
	for (const path of ['/v1/users?query=ida', '/v1/contacts']) {
		assert.equal((await request(server, bot, path)).status, 403, path);
	}
	assert.equal((await get(server, admin, '/v1/me')).scope, 'admin');
	for (const path of ['/v1/conversations', `/v1/conversations/${conversation}/messages`, '/v1/sync']) {
		assert.equal((await request(server, admin, path)).status, 403, path);
	}
	assert.equal((await create({ token: bot })).status, 401);
	const socket = await Socket.signIn(server, bot);
	assert.deepEqual(await statusesEverywhere(bot), [200]);
	assert.match(server.admin('apikey', 'list', 'default'), /robo\tbot\t\S+\tholds\tshop/);
	server.admin('apikey', 'end', id);
	await checkEnded(socket);
	assert.deepEqual(await statusesEverywhere(bot), [401]);
	assert.deepEqual(await statusesEverywhere(admin), [200]);
});

test('R-001 a session over two organizations hears of both, and says which one it means', async () => {
	addUser('jane');
	server.admin('user', 'add', 'jane', '--org', 'acme');
	addUser('kim');
	server.admin('user', 'add', 'kim', '--org', 'acme');
	const jane = await Socket.signIn(server, (await signIn('jane', 'Laptop')).accessToken);
	const kim = await signIn('kim', 'Laptop');
	const one = await Socket.signIn(server, (await signIn('jane', 'Work', { organization: 'acme' })).accessToken);
	assert.equal(jane.welcome.me?.organizations?.length ?? jane.welcome.user?.organizations?.length ?? 2, 2);
	const unclear = await request(server, kim.accessToken, '/v1/conversations/direct', { user: 'jane' });
	assert.equal(unclear.body.code, 'organization_required');
	for (const organization of ['default', 'acme']) {
		const answer = await request(server, kim.accessToken, '/v1/users/jane/messages',
			{ text: `in ${organization}`, organization });
		assert.equal(answer.status, 201, JSON.stringify(answer.body));
	}
	const isText = (text) => (frame) => frame.type === 'event' && frame.event === 'message.new' && frame.data.text === text;
	await jane.frame(isText('in default'), 'a message in default');
	await jane.frame(isText('in acme'), 'a message in acme');
	await one.frame(isText('in acme'), 'a message in acme');
	assert.equal(one.events.filter(isText('in default')).length, 0);
	assert.equal((await jane.call('conversations.list', {})).items.length, 2);
	assert.equal((await one.call('conversations.list', {})).items.length, 1);
	await jane.close();
	await one.close();
});

test('R-004 wrong passwords are slowed for that account, and nobody else waits', async () => {
	addUser('lea');
	addUser('mia');
	const session = await signIn('lea', 'Laptop');
	const answers = [];
	for (let i = 0; i < TRIES + 2; i++) answers.push(await create({ user: 'lea', password: `wrong ${i}` }));
	assert.deepEqual(answers.map(({ status }) => status), [...Array(TRIES).fill(401), 429, 429]);
	const { body, headers } = answers.at(-1);
	assert.equal(body.code, 'rate_limited');
	assert.ok(body.retryAfterMs > 0);
	assert.equal(Number(headers.get('retry-after')), Math.ceil(body.retryAfterMs / 1000));
	// Not even the right one is looked at; who is signed in stays so.
	assert.equal((await create({ user: 'lea', password: PASSWORD })).status, 429);
	assert.equal((await refresh(session.refreshToken)).status, 200);
	assert.equal((await create({ user: 'mia', password: PASSWORD })).status, 200);
	// A user whom nobody knows is slowed as well.
	const unknown = [];
	for (let i = 0; i < TRIES + 1; i++) unknown.push(await create({ user: 'nobody-knows-me', password: PASSWORD }));
	assert.deepEqual(unknown.map(({ status }) => status), [...Array(TRIES).fill(401), 429]);
});

test('R-004 signing in works while many wrong passwords are tried', async () => {
	addUser('nora');
	let isOver = false;
	const flood = Array.from({ length: 16 }, async (_, who) => {
		const seen = new Set();
		for (let i = 0; !isOver; i++) seen.add((await create({ user: `stranger-${who}-${i}`, password: 'wrong wrong' })).status);
		return seen;
	});
	for (let i = 0; i < 5; i++) await signIn('nora', `Device ${i}`);
	isOver = true;
	for (const seen of await Promise.all(flood)) assert.ok([...seen].every((status) => [401, 429].includes(status)));
});

test('R-004 at most a hundred sessions: the one used longest ago goes', async () => {
	const [, code] = /^password (\S+)$/m.exec((server.admin('user', 'add', 'olga'), server.admin('user', 'password', 'olga')));
	const first = await create({ user: 'olga', password: secret(code), device: 'first' });
	const socket = await Socket.signIn(server, first.body.accessToken);
	for (let i = 0; i < 100; i++) {
		const answer = await create({ user: 'olga', password: code, device: `device ${i}` });
		assert.equal(answer.status, 200);
	}
	await checkEnded(socket);
	assert.equal(server.admin('sessions', 'olga').trim().split('\n').length, 100);
});

test('R-004 no password, token, key or code is in the log', async () => {
	await server.stop();
	const log = server.program.stderr;
	assert.match(log, /"event":"signed_in"/);
	assert.match(log, /"event":"refresh_token_reused"/);
	assert.match(log, /"did":"user disable","user":"fay"/);
	for (const text of secrets) assert.ok(!log.includes(text), `the log holds ${text}`);
	assert.doesNotMatch(log, /k[arl]_[\w-]{20}|eyJ[\w-]{20}/);
});
