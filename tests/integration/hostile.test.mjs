// hostile.test.mjs -- does kithd stay upright among those who mean harm, or are only slow?
//
// Requests that two programs could read in two ways, frames that end in the middle,
// connections that vanish, and a reader that does not read. The parsers have their
// own tests; here it is the whole server, which must serve others on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directWith, get, historyOf, request } from './lib/api.mjs';
import { newId, Rand } from './lib/rand.mjs';
import { Raw, textFrame, UPGRADE } from './lib/raw.mjs';
import { LOAD, Server } from './lib/server.mjs';
import { Socket } from './lib/socket.mjs';
import { within } from './lib/wait.mjs';

const INNER = 'GET /livez HTTP/1.1\r\nHost: inner\r\n\r\n';
// A body is read for whoever has a token, which is looked at behind it.
const POST = 'POST /v1/conversations/direct HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\nContent-Type: application/json\r\n';

// Each could be one request to a proxy in front and two to the server, or the other way.
const SMUGGLED = [
	['both lengths', `${POST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
	['both lengths, the other way round', `${POST}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`],
	['two different lengths', `${POST}Content-Length: 2\r\nContent-Length: 50\r\n\r\n{}`],
	['two equal lengths', `${POST}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`],
	['a list of lengths', `${POST}Content-Length: 2, 2\r\n\r\n{}`],
	['a signed length', `${POST}Content-Length: +2\r\n\r\n{}`],
	['a negative length', `${POST}Content-Length: -2\r\n\r\n{}`],
	['a hexadecimal length', `${POST}Content-Length: 0x2\r\n\r\n{}`],
	['a length that wraps', `${POST}Content-Length: 18446744073709551618\r\n\r\n{}`, 413],
	['another encoding', `${POST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
	['chunked, and then another', `${POST}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
	['chunked twice', `${POST}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
	['an encoding behind a tab of another kind', `${POST}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n`],
	['an encoding in quotes', `${POST}Transfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n`],
	['a blank before the colon', `${POST}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
	['a chunk size that wraps', `${POST}Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n`, 413],
	['a chunk size that is none', `${POST}Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n`],
	['a chunk that is longer than it says', `${POST}Transfer-Encoding: chunked\r\n\r\n2\r\n{}}\r\n0\r\n\r\n`],
	['a bare LF in the head', 'GET /livez HTTP/1.1\nHost: x\r\n\r\n'],
	['a bare CR in the head', 'GET /livez HTTP/1.1\r\nHost: x\rContent-Length: 50\r\n\r\n'],
	['a folded header', 'GET /livez HTTP/1.1\r\nHost: x\r\nX: y\r\n Content-Length: 50\r\n\r\n'],
	['a NUL in a header', 'GET /livez HTTP/1.1\r\nHost: x\r\nX: y\0z\r\n\r\n'],
	['two hosts', 'GET /livez HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'],
	['no host', 'GET /livez HTTP/1.1\r\n\r\n'],
	['an upgrade with both lengths', UPGRADE.replace('\r\n\r\n', '\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n')],
];

test('R-090 a request that could be read in two ways is answered once, with a refusal, and is the last', async () => {
	const server = await Server.start();
	for (const [name, bytes, status = 400] of SMUGGLED) {
		const raw = await Raw.open(server);
		raw.write(Buffer.from(bytes + INNER, 'latin1'));
		await within(raw.closed, `the end of the connection: ${name}`);
		assert.ok(raw.text.startsWith(`HTTP/1.1 ${status} `), `${name}: ${raw.text.slice(0, 200)}`);
		assert.equal(raw.text.split('HTTP/1.1 ').length, 2, `${name}: one answer`);
		assert.match(raw.text, status === 400 ? /"code":"invalid_request"/ : /"code":"too_large"/, name);
	}
	await server.stop();
});

test('requests behind one another on a connection are answered each, in order', async () => {
	const server = await Server.start();
	const raw = await Raw.open(server);
	const paths = ['/livez', '/none', '/readyz', '/v1/me'];
	raw.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
	const statuses = () => [...raw.text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1]);
	await raw.until(() => statuses().length === paths.length, 'four answers');
	assert.deepEqual(statuses(), ['200', '404', '200', '401']);
	await raw.finish();
	await server.stop();
});

test('half a frame and then nothing stores nothing, and disturbs nobody', async () => {
	const server = await Server.start();
	const people = server.addPeople('alice', 'bob');
	const bob = await Socket.signIn(server, people.bob);
	const call = textFrame(JSON.stringify({ type: 'call', id: 1, call: 'messages.sendToUser',
		args: { address: 'bob', text: 'half' } }));
	for (let cut = 1; cut < call.length; cut += 9) {
		const raw = await Raw.open(server);
		await raw.signIn(people.alice);
		raw.write(call.subarray(0, cut));
		await (cut % 2 === 0 ? raw.finish() : raw.vanish());
	}
	const whole = await request(server, people.alice, '/v1/users/bob/messages', { text: 'whole' });
	assert.equal(whole.body.n, 1);
	await bob.frames.until(() => bob.events.length > 0, 'the event');
	assert.deepEqual(bob.events.map((event) => event.data.text), ['whole']);
	await bob.close();
	await server.stop();
});

const MOST = 60; // connections that the server allows here

// In every state a connection can be in: none said, half a head, half a body, upgraded, signed in, half a frame.
const VANISHING = [
	async () => {},
	async (raw) => raw.write('GET /v1/me HTTP/1.1\r\nHo'),
	async (raw) => raw.write(`${POST}Content-Length: 500\r\n\r\n{"user":`),
	async (raw) => raw.write(`${POST}Transfer-Encoding: chunked\r\n\r\n4\r\n{"u`),
	async (raw) => raw.write(UPGRADE),
	async (raw, token) => raw.signIn(token),
	async (raw, token) => {
		await raw.signIn(token);
		raw.write(Buffer.concat([textFrame('{"type":"ping","n":1}'), Buffer.from([0x81])]));
	},
	async (raw, token) => {
		await raw.signIn(token);
		for (let id = 0; id < 20; id++) {
			raw.write(textFrame(JSON.stringify({ type: 'call', id, call: 'messages.sendToUser', args: { address: 'bob', text: 'x' } })));
		}
	},
];

test('a hundred connections that vanish in every state leave their places to others', async () => {
	const server = await Server.start({ env: { KITH_MAX_CONNECTIONS: String(MOST), KITH_WORKERS: '2' } });
	const people = server.addPeople('alice', 'bob');
	let vanished = 0;
	while (vanished < 104) {
		const group = await Promise.all(Array.from({ length: 8 }, () => Raw.open(server)));
		await Promise.all(group.map((raw, i) => VANISHING[i % VANISHING.length](raw, people.alice)));
		await Promise.all(group.map((raw) => raw.vanish()));
		vanished += group.length;
		// The server has noticed once an answer of its own came through after them.
		assert.equal((await get(server, people.bob, '/v1/me')).id, 'bob');
	}
	const sockets = [];
	while (sockets.length < MOST - 10) sockets.push(await Socket.signIn(server, people.alice));
	for (const socket of sockets) await socket.close();
	await server.stop();
	server.verify();
});

test('a reader that does not read is closed, comes back from its cursor and has everything', async () => {
	const server = await Server.start({ env: { ...LOAD, KITH_WORKERS: '2' } });
	const people = server.addPeople('alice', 'bob');
	const rand = new Rand(3);
	const alice = await Socket.signIn(server, people.alice);
	const slow = await Raw.open(server);
	const { cursor } = await slow.signIn(people.bob);
	slow.socket.pause();

	const sent = []; // 64 KiB of JSON each: more than the system's own buffers hold
	for (let i = 0; i < 256; i += 16) {
		const some = Array.from({ length: 16 }, () => newId(rand));
		await Promise.all(some.map((id) => alice.call('messages.sendToUser',
			{ address: 'bob', id, opaque: Buffer.alloc(49152, i).toString('base64') })));
		sent.push(...some);
	}
	slow.socket.resume();
	await within(slow.closed, 'the end of the slow reader');
	const first = slow.frames().filter((frame) => frame.type === 'event');
	assert.ok(first.length < sent.length, `${first.length} of ${sent.length} came before it was closed`);
	assert.deepEqual(first.map(({ data }) => data.id), sent.slice(0, first.length));

	const back = await Socket.signIn(server, people.bob, { since: first.at(-1)?.cursor ?? cursor });
	await back.frames.until(() => back.events.length === sent.length - first.length, 'the rest');
	assert.deepEqual([...first, ...back.events].map(({ data }) => data.id), sent);
	const history = await historyOf(server, people.bob, await directWith(server, people.bob, 'alice'));
	assert.deepEqual(history.map(({ id }) => id), sent);
	await back.close();
	await alice.close();
	await server.stop();
});

test('one connection more than there are places hears 503, and there is room again later', async () => {
	const server = await Server.start({ env: { KITH_MAX_CONNECTIONS: '3', KITH_WORKERS: '2' } });
	const held = [];
	for (let i = 0; i < 3; i++) {
		const raw = await Raw.open(server);
		raw.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
		await raw.until(() => raw.text.includes('{"status":"ok"}'), 'an answer');
		held.push(raw);
	}
	const late = await Raw.open(server);
	await within(late.closed, 'the end of the one too many');
	assert.match(late.text, /^HTTP\/1\.1 503 Service Unavailable\r\nRetry-After: 1\r\n/);
	await server.program.errors.until((lines) => lines.find((line) => line.includes('"max_connections"')), 'a word of it in the log');
	await held.pop().finish();
	// The server hears of the end by itself; until then it says no.
	let status;
	do {
		const next = await Raw.open(server);
		next.write('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
		await within(next.closed, 'the end');
		status = /^HTTP\/1\.1 (\d+)/.exec(next.text)?.[1];
	} while (status !== '200');
	for (const raw of held) await raw.finish();
	await server.stop();
});

test('over the budget for waiting output the connection with most of it goes, and misses nothing', async () => {
	const server = await Server.start({ env: { ...LOAD, KITH_OUTPUT_MAX: '1m', KITH_WORKERS: '1' } });
	const people = server.addPeople('alice', 'bob');
	const rand = new Rand(4);
	const alice = await Socket.signIn(server, people.alice);
	// Two devices that take nothing: together they are over it before either is slow by itself.
	const slow = [await Raw.open(server), await Raw.open(server)];
	const cursors = [];
	for (const raw of slow) {
		cursors.push((await raw.signIn(people.bob)).cursor);
		raw.socket.pause();
	}
	const sent = [];
	const isOver = () => server.program.stderr.includes('"output_budget"');
	while (!isOver() && sent.length < 1000) {
		const some = Array.from({ length: 8 }, () => newId(rand));
		await Promise.all(some.map((id) => alice.call('messages.sendToUser',
			{ address: 'bob', id, opaque: Buffer.alloc(16384).toString('base64') })));
		sent.push(...some);
	}
	assert.ok(isOver(), `nothing was said of the budget after ${sent.length} messages`);
	for (const raw of slow) raw.socket.resume();
	await within(Promise.race(slow.map((raw) => raw.closed)), 'the end of one of them');
	const back = await Socket.signIn(server, people.bob, { since: cursors[0] });
	await back.frames.until(() => back.events.length === sent.length, 'everything');
	assert.deepEqual(back.events.map(({ data }) => data.id), sent);
	await back.close();
	await alice.close();
	await server.stop();
});
