// limits.test.mjs -- does each limit let through what it says, tell the rest how long to
// wait, and lose nothing?
//
// Each key alone is set so low that it is met exactly: so many at once, and the next
// place in an hour. What the defaults are is held by tests/unit/server; here one of
// them is met over the wire. 127.0.0.2 is the other address.
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { directWith, historyOf, request } from './lib/api.mjs';
import { run } from './lib/program.mjs';
import { newId, Rand } from './lib/rand.mjs';
import { Raw } from './lib/raw.mjs';
import { newFolder, Server } from './lib/server.mjs';
import { Socket } from './lib/socket.mjs';
import { within } from './lib/wait.mjs';

const HOUR_MS = 3_600_000;
const FEW = 3;
const LOW = `1/1h burst ${FEW}`;
const rand = new Rand(81);

// One request on a connection of its own, FROM an address of ours: { status, headers, body }.
function ask(server, path, { from = '127.0.0.1', token, body, headers = {} } = {}) {
	const asked = new Promise((done, fail) => {
		const sent = httpRequest(server.url + path, { localAddress: from, agent: false, method: body ? 'POST' : 'GET',
			headers: { ...headers, ...(token ? { authorization: `Bearer ${token}` } : {}),
				...(body ? { 'content-type': 'application/json' } : {}) } }, (answer) => {
			let text = '';
			answer.setEncoding('utf8');
			answer.on('data', (part) => { text += part; });
			answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, body: text && JSON.parse(text) }));
		});
		sent.on('error', fail);
		sent.end(body && JSON.stringify(body));
	});
	return within(asked, `an answer to ${path}`);
}

// A problem of a bucket that gives one place in an hour.
function checkProblem(problem, what) {
	assert.equal(problem.code, 'rate_limited', what);
	assert.equal(problem.status, 429, what);
	assert.ok(problem.detail.length > 0, what);
	assert.ok(problem.retryAfterMs > 0 && problem.retryAfterMs <= HOUR_MS, `${what}: ${problem.retryAfterMs}`);
}

function checkLimited(answer, what) {
	assert.equal(answer.status, 429, `${what}: ${JSON.stringify(answer.body)}`);
	checkProblem(answer.body, what);
	assert.equal(Number(answer.headers['retry-after']), Math.ceil(answer.body.retryAfterMs / 1000), what);
}

// Fails unless ATTEMPT passes exactly FEW times, and is limited then.
async function meets(what, attempt) {
	for (let i = 0; i < FEW; i++) {
		const { status, body } = await attempt(i);
		assert.ok(status < 300, `${what}, ${i}: ${status} ${JSON.stringify(body)}`);
	}
	checkLimited(await attempt(FEW), what);
}

function sendTo(server, token, user, message = { id: newId(rand), text: 'x' }) {
	return ask(server, `/v1/users/${user}/messages`, { token, body: message });
}

// A server with one limit set low, and its people's tokens.
async function start(env, ...people) {
	const server = await Server.start({ env: { KITH_WORKERS: '2', ...env } });
	return { server, people: people.length > 0 ? server.addPeople(...people) : {} };
}

test('R-081 calls of a user are limited on all doors together, and of nobody else', async () => {
	const { server, people } = await start({ KITH_LIMIT_CALLS_USER: LOW }, 'alice', 'bob', 'carol');
	await meets('GET /v1/me', () => ask(server, '/v1/me', { token: people.alice }));
	assert.equal((await ask(server, '/v1/me', { token: people.bob })).status, 200);

	// On a socket the hello is one, and the refusal is the answer to the call; the socket goes on.
	const carol = await Socket.signIn(server, people.carol);
	for (let i = 1; i < FEW; i++) assert.equal((await within(carol.ask('me.get', {}), 'an answer')).type, 'ok');
	const refused = await within(carol.ask('me.get', {}), 'an answer');
	assert.equal(refused.type, 'error');
	checkProblem(refused.problem, 'me.get');
	carol.say({ type: 'ping', n: 1 });
	await carol.frame((frame) => frame.type === 'pong', 'pong');
	checkLimited(await ask(server, '/v1/me', { token: people.carol }), 'over HTTP as well');
	await carol.close();

	// Who may make no call may not open a socket either, and hears when to come back.
	const late = new Socket(server.socketUrl);
	await within(late.opened, 'a socket');
	late.say({ type: 'hello', token: people.carol });
	const { code } = await within(late.closed, 'the end of the socket');
	assert.equal(code, 4429);
	checkProblem(late.frames.items.find((frame) => frame.type === 'error').problem, 'hello');
	assert.ok(late.frames.items.find((frame) => frame.type === 'bye').retryAfterMs > 0);
	await server.stop();
});

test('R-081 messages of a user are limited wherever they go; reading is not', async () => {
	const { server, people } = await start({ KITH_LIMIT_SENDS_USER: LOW }, 'alice', 'bob', 'carol');
	const first = { id: newId(rand), text: 'first' };
	await meets('sends', (i) => sendTo(server, people.alice, i % 2 ? 'bob' : 'carol', i === 0 ? first : undefined));
	assert.equal((await ask(server, '/v1/me', { token: people.alice })).status, 200);
	const alice = await Socket.signIn(server, people.alice);
	const refused = await within(alice.ask('messages.sendToUser', { address: 'bob', text: 'x' }), 'an answer');
	checkProblem(refused.problem, 'on a socket');
	// The rate comes first: even a repeat of what is stored has to wait.
	checkLimited(await sendTo(server, people.alice, 'carol', first), 'a repeat');
	assert.equal((await sendTo(server, people.bob, 'alice')).status, 201);
	await alice.close();
	await server.stop();
	assert.deepEqual(server.verify(), { conversations: 2, entries: FEW + 1 });
});

test('R-081 a conversation is limited for all its members, and strangers use nothing of it up', async () => {
	const { server, people } = await start({ KITH_LIMIT_SENDS_CONVERSATION: LOW }, 'alice', 'bob', 'carol');
	const { body: { conversation } } = await sendTo(server, people.alice, 'bob');
	const path = `/v1/conversations/${conversation}/messages`;
	for (let i = 0; i < 2 * FEW; i++) {
		const stranger = await ask(server, path, { token: people.carol, body: { text: 'x' } });
		assert.equal(stranger.status, 404);
	}
	assert.equal((await ask(server, path, { token: people.bob, body: { text: 'x' } })).status, 201);
	assert.equal((await ask(server, path, { token: people.alice, body: { text: 'x' } })).status, 201);
	for (const token of [people.alice, people.bob]) {
		checkLimited(await ask(server, path, { token, body: { text: 'x' } }), 'the next');
	}
	assert.equal((await sendTo(server, people.alice, 'carol')).status, 201);
	await server.stop();
	assert.deepEqual(server.verify(), { conversations: 2, entries: FEW + 1 });
});

test('R-081 an organization is limited for all its people, and what it refuses costs them nothing else', async () => {
	const { server, people } = await start({ KITH_LIMIT_SENDS_ORGANIZATION: LOW, KITH_LIMIT_SENDS_USER: `1/1h burst ${FEW + 1}` },
		'alice', 'bob', 'carol');
	server.admin('org', 'add', 'acme');
	server.admin('user', 'add', 'alice', '--org', 'acme');
	server.admin('user', 'add', 'bob', '--org', 'acme');
	const atAcme = server.admin('token', 'alice', '--org', 'acme').trim();
	const alice = server.token('alice', { org: 'default' });
	const bob = server.token('bob', { org: 'default' });
	const who = [alice, bob, people.carol, alice];
	await meets('sends', (i) => sendTo(server, who[i], i === 1 ? 'carol' : 'bob'));
	checkLimited(await sendTo(server, bob, 'alice'), 'another of its people');
	// Alice has sent one and was refused one, which gave its place back: three are left to her.
	for (let i = 0; i < FEW; i++) assert.equal((await sendTo(server, atAcme, 'bob')).status, 201);
	checkLimited(await sendTo(server, atAcme, 'bob'), 'her own limit');
	await server.stop();
});

test('R-081 marks have a limit of their own', async () => {
	const { server, people } = await start({ KITH_LIMIT_TYPING_USER: LOW }, 'alice', 'bob');
	const { body: { conversation } } = await sendTo(server, people.alice, 'bob');
	await meets('read', () => ask(server, `/v1/conversations/${conversation}/read`, { token: people.bob, body: { upTo: 1 } }));
	assert.equal((await sendTo(server, people.bob, 'alice')).status, 201);
	await server.stop();
});

test('R-081 searches have a limit of their own', async () => {
	const { server, people } = await start({ KITH_LIMIT_SEARCHES_USER: LOW }, 'alice', 'bob');
	await meets('search', () => ask(server, '/v1/users?query=bob', { token: people.alice }));
	assert.equal((await ask(server, '/v1/users?query=alice', { token: people.bob })).status, 200);
	assert.equal((await ask(server, '/v1/me', { token: people.alice })).status, 200);
	await server.stop();
});

test('R-081 requests without a token are limited by address, those with one are not', async () => {
	const { server, people } = await start({ KITH_LIMIT_CALLS_ADDRESS: LOW }, 'alice');
	await meets('GET /livez', () => ask(server, '/livez'));
	for (const path of ['/none', '/v1/me', '/v1/socket']) checkLimited(await ask(server, path), path);
	// A false token is none where nobody looks at it.
	checkLimited(await ask(server, '/livez', { token: 'x' }), 'a page with a token');
	checkLimited(await ask(server, '/none', { token: 'x' }), 'no page, with a token');
	assert.equal((await ask(server, '/v1/me', { token: people.alice })).status, 200);
	await meets('the other address', () => ask(server, '/livez', { from: '127.0.0.2' }));
	await server.stop();
});

test('R-081 tokens that nobody knows yet are limited by address, known ones are not', async () => {
	const { server } = await start({ KITH_LIMIT_SIGNINS_ADDRESS: LOW, KITH_WORKERS: '1' }, 'alice');
	const tokens = Array.from({ length: 2 * FEW }, (_, i) => server.token('alice', { jti: String(i) }));
	await meets('sign-ins', (i) => ask(server, '/v1/me', { token: tokens[i] }));
	assert.equal((await ask(server, '/v1/me', { token: tokens[0] })).status, 200);
	const late = new Socket(server.socketUrl);
	await within(late.opened, 'a socket');
	late.say({ type: 'hello', token: tokens[FEW] });
	assert.equal((await within(late.closed, 'the end of the socket')).code, 4429);
	checkProblem(late.frames.items.find((frame) => frame.type === 'error').problem, 'hello');
	const known = await Socket.signIn(server, tokens[0]);
	// Renewing on a socket that is open: refused without an end.
	known.say({ type: 'auth', token: tokens[FEW] });
	checkProblem((await known.frame((frame) => frame.type === 'error', 'the answer to auth')).problem, 'auth');
	assert.equal((await within(known.ask('me.get', {}), 'an answer')).type, 'ok');
	await known.close();
	assert.equal((await ask(server, '/v1/me', { token: tokens[FEW], from: '127.0.0.2' })).status, 200);
	await server.stop();
});

test('R-081 false tokens are limited by address; expired ones and those of ended times are not false', async () => {
	const { server, people } = await start({ KITH_LIMIT_FAILED_SIGNINS_ADDRESS: LOW, KITH_WORKERS: '1' }, 'alice', 'bob');
	for (let i = 0; i < 4 * FEW; i++) {
		const answer = await ask(server, '/v1/me', { token: server.token('alice', { exp: 1000 + i }) });
		assert.deepEqual([answer.status, answer.body.code], [401, 'token_expired']);
	}
	assert.equal((await ask(server, '/v1/me', { token: people.alice })).status, 200);
	const forged = (i) => `${server.token('alice', { jti: String(i) }).slice(0, -4)}AAAA`;
	const strange = ['garbage', forged(1), forged(2)];
	for (const token of strange) assert.equal((await ask(server, '/v1/me', { token })).status, 401);
	// From now on no new token of this address is looked at, good or not.
	checkLimited(await ask(server, '/v1/me', { token: forged(3) }), 'a false one');
	checkLimited(await ask(server, '/v1/me', { token: people.bob }), 'a good one');
	assert.equal((await ask(server, '/v1/me', { token: people.alice })).status, 200, 'one that is known');
	assert.equal((await ask(server, '/v1/me', { token: people.bob, from: '127.0.0.2' })).status, 200);
	await server.stop();
});

// A connection FROM an address that says nothing.
async function open(server, from) {
	const socket = connect({ host: '127.0.0.1', port: server.port, localAddress: from });
	const raw = new Raw(socket);
	await within(new Promise((done, fail) => {
		socket.on('connect', done);
		socket.on('error', fail);
	}), 'a connection');
	return raw;
}

async function answers(raw) {
	raw.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
	await raw.until(() => raw.text.includes('{"status":"ok"}'), 'an answer');
}

test('R-081 connections that are open at once are limited by address', async () => {
	const { server } = await start({ KITH_LIMIT_CONNECTIONS_ADDRESS: String(FEW) });
	const held = [];
	for (let i = 0; i < FEW; i++) {
		held.push(await open(server, '127.0.0.2'));
		await answers(held.at(-1));
	}
	const late = await open(server, '127.0.0.2');
	await within(late.closed, 'the end of the one too many');
	assert.match(late.text, /^HTTP\/1\.1 429 Too Many Requests\r\nRetry-After: 1\r\n/);
	const body = late.text.slice(late.text.indexOf('\r\n\r\n') + 4);
	assert.equal(Number(/Content-Length: (\d+)/.exec(late.text)[1]), body.length);
	checkProblem(JSON.parse(body), 'the one too many');
	assert.equal((await ask(server, '/livez')).status, 200, 'another address');
	await held.pop().finish();
	// The server hears of the end by itself; until then it says no.
	for (let text = ''; !text.includes('200 OK');) {
		const next = await open(server, '127.0.0.2');
		next.write('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
		await within(next.closed, 'the end');
		({ text } = next);
	}
	for (const raw of held) await raw.finish();
	await server.stop();
});

test('R-081 a trusted proxy says for whom it asks, and nobody else is believed', async () => {
	const { server } = await start({ KITH_LIMIT_CALLS_ADDRESS: LOW, KITH_TRUSTED_PROXIES: '127.0.0.1 10.0.0.0/8' });
	const as = (address, from) => ask(server, '/livez', { from, headers: { 'X-Forwarded-For': address } });
	await meets('one client', () => as('192.0.2.1'));
	await meets('another, who claims to be the first', () => as('192.0.2.1, 192.0.2.2'));
	await meets('a third, through one more proxy', () => as('192.0.2.3, 10.1.2.3'));
	await meets('one site of IPv6', (i) => as(`2001:db8::${i + 1}`));
	await meets('no proxy, whatever it says', (i) => as(`192.0.2.${i + 10}`, '127.0.0.2'));
	await server.stop();
});

test('R-081 a trusted proxy has as many connections as it needs', async () => {
	const { server } = await start({ KITH_LIMIT_CONNECTIONS_ADDRESS: '1', KITH_TRUSTED_PROXIES: '127.0.0.1' });
	const held = await Promise.all(Array.from({ length: 5 }, () => open(server, '127.0.0.1')));
	for (const raw of held) await answers(raw);
	for (const raw of held) await raw.finish();
	await server.stop();
});

test('R-081 the default lets a burst of messages through, refuses the rest, and loses nothing of either', async () => {
	const { server, people } = await start({}, 'alice', 'bob');
	const alice = await Socket.signIn(server, people.alice);
	const bob = await Socket.signIn(server, people.bob);
	const conversation = await directWith(server, people.alice, 'bob');
	const stored = [];
	const waiting = [];
	const send = async (message) => {
		const answer = await within(alice.ask('messages.sendToUser', { address: 'bob', ...message }), 'an answer');
		if (answer.type === 'ok') {
			stored.push([answer.result.n, message.id]);
			return 0;
		}
		assert.equal(answer.problem.code, 'rate_limited', JSON.stringify(answer.problem));
		assert.ok(answer.problem.retryAfterMs > 0 && answer.problem.retryAfterMs <= 1000);
		return answer.problem.retryAfterMs;
	};
	// 150 at once, and thirty a second while this goes on.
	while (waiting.length < 20) {
		const some = Array.from({ length: 60 }, () => ({ id: newId(rand), text: 'x' }));
		const told = await Promise.all(some.map(send));
		waiting.push(...some.filter((_, i) => told[i] > 0));
	}
	assert.ok(stored.length >= 150, `${stored.length} passed`);
	// Each waits as long as it is told, and is let through in the end.
	for (const message of waiting) {
		for (let told_ms = 1; told_ms > 0;) {
			told_ms = await send(message);
			if (told_ms > 0) await wait(told_ms);
		}
	}
	const history = await historyOf(server, people.bob, conversation);
	assert.deepEqual(history.map(({ n, id }) => [n, id]), stored.sort(([a], [b]) => a - b));
	await bob.frames.until(() => bob.events.length >= stored.length, 'all events');
	assert.deepEqual(bob.events.map(({ data }) => data.id), history.map(({ id }) => id));
	await alice.close();
	await bob.close();
	await server.stop();
	assert.deepEqual(server.verify(), { conversations: 1, entries: stored.length });
});

test('R-081 an outbox sends more than its limit by waiting, in order, each once', async () => {
	const { server, people } = await start({ KITH_LIMIT_SENDS_USER: '20/s burst 5' }, 'alice', 'bob');
	const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`);
	const sent = run('kith', ['send', '--lines', '--outbox', join(newFolder(), 'outbox'), 'bob'], { env: { KITH_URL: server.url, KITH_TOKEN: people.alice },
		input: lines.map((text) => `${JSON.stringify({ text })}\n`).join('') });
	assert.equal(sent.code, 0, sent.err);
	const history = await historyOf(server, people.bob, await directWith(server, people.bob, 'alice'));
	assert.deepEqual(history.map(({ text }) => text), lines);
	await server.stop();
});

test('R-081 a limit of 0 is none', async () => {
	const { server, people } = await start({ KITH_LIMIT_CALLS_ADDRESS: '0', KITH_LIMIT_FAILED_SIGNINS_ADDRESS: '0',
		KITH_LIMIT_SIGNINS_ADDRESS: '0', KITH_LIMIT_CALLS_USER: '0', KITH_LIMIT_CONNECTIONS_ADDRESS: '0' }, 'alice');
	for (let i = 0; i < 120; i++) {
		assert.equal((await request(server, 'garbage', '/v1/me')).status, 401);
		assert.equal((await request(server, people.alice, '/v1/me')).status, 200);
	}
	await server.stop();
});
