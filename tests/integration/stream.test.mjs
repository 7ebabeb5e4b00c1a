// stream.test.mjs -- does the event stream say what the socket says, to whoever is
// there and to whoever is killed and comes back?
//
// Node's fetch is the client, in a process that is killed in the middle of a flood
// and comes back with the last id that it had. The seed is printed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directWith, historyOf, request, syncFrom } from './lib/api.mjs';
import { newId, Rand } from './lib/rand.mjs';
import { Raw } from './lib/raw.mjs';
import { Sender } from './lib/sender.mjs';
import { LOAD, Server } from './lib/server.mjs';
import { Socket } from './lib/socket.mjs';
import { Listener, Stream } from './lib/stream.mjs';
import { Growing, within } from './lib/wait.mjs';

const KILLS = 8;
const SEED = Number(process.env.KITH_TEST_SEED ?? 20240611);
const ODD = 'line\n\ndata: no\r\nid: 7\r\u2028\u0085 日本語 🎉';

// Of a socket's frames and of a stream's events the same.
function eventsOf(socket) {
	return socket.events.map(({ type, ...event }) => event);
}

function newsOf(events) {
	return events.filter(({ data }) => data.type === 'event').map(({ id, name, data: { type, ...event } }) => {
		assert.deepEqual([id, name], [event.cursor, event.event]);
		return event;
	});
}

test('R-091 the stream says what the socket says, and calls go beside it', async () => {
	const server = await Server.start({ env: { ...LOAD, KITH_WORKERS: '2' } });
	const people = server.addPeople('alice', 'bob');
	const socket = await Socket.signIn(server, people.bob);
	const stream = await Stream.open(server.url, people.bob);
	assert.equal(stream.answer.headers.get('content-type'), 'text/event-stream');
	assert.equal(stream.answer.headers.get('cache-control'), 'no-store');
	const { data: { serverTime, cursor, ...welcome } } = await stream.event('welcome');
	const { serverTime: time, cursor: place, ...hello } = socket.welcome;
	assert.deepEqual(welcome, hello);
	assert.ok(stream.retry_ms > 0 && serverTime >= time && cursor === stream.lastId && place);

	for (const text of ['hello', ODD, 'x'.repeat(16384)]) {
		const { status } = await request(server, people.alice, '/v1/users/bob/messages', { text });
		assert.equal(status, 201);
	}
	const message = { opaque: Buffer.alloc(49152, 1).toString('base64') };
	const mine = await request(server, people.bob, '/v1/users/alice/messages', message);
	assert.equal(mine.status, 201);
	await stream.event('message.new', ({ data }) => data.data.id === mine.body.id);
	await socket.frame((frame) => frame.data?.id === mine.body.id, 'the same on the socket');
	assert.deepEqual(newsOf(stream.events.items), eventsOf(socket));
	assert.equal(stream.news[1].data.data.text, ODD);
	await stream.close();
	await socket.close();
	await server.stop();
});

test('R-092 a client that is killed again and again in a flood misses and repeats nothing', async () => {
	console.log(`# seed ${SEED}`);
	const server = await Server.start({ env: { ...LOAD, KITH_WORKERS: '2' } });
	const people = server.addPeople('hub', 'ann', 'ben');
	const rand = new Rand(SEED);
	const moments = new Rand(SEED + 1);
	const tally = new Growing();
	const first = await Stream.open(server.url, people.hub);
	const { id: begin } = await first.event('welcome');
	await first.close();
	const senders = ['ann', 'ben'].map((name) => new Sender({ token: people[name], to: 'hub', rand, tally, window: 4 }));
	await Promise.all(senders.map((sender) => sender.connect(server)));

	const got = [];
	const listenFor = async (count) => {
		const listener = new Listener(server.url, people.hub, got.at(-1)?.id ?? begin);
		await listener.events.until(({ length }) => length >= count + 1, `${count} events and a welcome`);
		await listener.kill();
		got.push(...listener.events.items.filter(({ name }) => name !== 'welcome'));
	};
	for (let i = 0; i < KILLS; i++) {
		const before = tally.items.length;
		await listenFor(moments.pick([0, 1, moments.below(30), moments.below(200)]));
		await tally.until((acks) => acks.length > before + moments.below(20), 'the flood goes on');
	}
	await Promise.all(senders.map((sender) => sender.stop()));
	const sent = senders.reduce((sum, sender) => sum + sender.acks.size, 0);
	await listenFor(sent - got.length);

	const log = await syncFrom(server, people.hub, begin);
	assert.equal(log.length, sent);
	assert.deepEqual(newsOf(got), log);
	for (const sender of senders) {
		const history = await historyOf(server, people.hub, await directWith(server, sender.token, 'hub'));
		assert.deepEqual(history.map(({ id }) => id), sender.sent.map(({ id }) => id));
		await sender.socket.close();
	}
	await server.stop();
});

test('R-092 who hears a bye comes back to the server that was started again, and misses nothing', async () => {
	const server = await Server.start();
	const people = server.addPeople('alice', 'bob');
	const stream = await Stream.open(server.url, people.bob);
	const send = (text) => request(server, people.alice, '/v1/users/bob/messages', { text });
	await send('before');
	await stream.event('message.new');
	await server.stop();
	const { data: bye } = await stream.event('bye');
	assert.deepEqual([bye.code, bye.reason], [4503, 'restart']);
	assert.ok(bye.retryAfterMs > 0 && stream.retry_ms === bye.retryAfterMs);
	assert.equal(await within(stream.ended, 'the end'), null, 'the body is whole');

	await server.start();
	await send('meanwhile');
	const back = await Stream.open(server.url, people.bob, { lastId: stream.lastId });
	await send('after');
	await back.event('message.new', ({ data }) => data.data.text === 'after');
	assert.deepEqual(back.news.map(({ data }) => data.data.text), ['meanwhile', 'after']);
	await back.close();

	const lost = await Stream.open(server.url, people.bob, { lastId: 'AAAAAAAAAAAAAAAAAAAAAA' });
	const gap = await lost.event('gap');
	assert.deepEqual([gap.data.reload, gap.data.cursor], [true, lost.lastId]);
	await send('from here on');
	await lost.event('message.new', ({ data }) => data.data.text === 'from here on');
	assert.equal(lost.news.length, 1);
	await lost.close();
	await server.stop();
});

// The events whose chunks are whole in TEXT.
function readChunks(text) {
	const data = [];
	let at = text.indexOf('\r\n\r\n') + 4;
	for (;;) {
		const line = text.indexOf('\r\n', at);
		const size = Number.parseInt(text.slice(at, line), 16);
		if (line < 0 || Number.isNaN(size) || line + 2 + size + 2 > text.length) return data;
		const found = /^data: (.*)$/m.exec(text.slice(line + 2, line + 2 + size));
		if (found) data.push(JSON.parse(found[1]));
		at = line + 2 + size + 2;
	}
}

test('a reader of the stream that does not read is closed, comes back and has everything', async () => {
	const server = await Server.start({ env: { ...LOAD, KITH_WORKERS: '2' } });
	const people = server.addPeople('alice', 'bob');
	const rand = new Rand(3);
	const alice = await Socket.signIn(server, people.alice);
	const slow = await Raw.open(server);
	slow.write(`GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${people.bob}\r\n\r\n`);
	const [{ cursor }] = await slow.until(() => slow.text.includes('event: welcome') && readChunks(slow.text), 'welcome');
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
	const first = readChunks(slow.text).filter(({ type }) => type === 'event');
	assert.ok(first.length < sent.length, `${first.length} of ${sent.length} came before it was closed`);
	assert.deepEqual(first.map(({ data }) => data.id), sent.slice(0, first.length));

	const back = await Stream.open(server.url, people.bob, { lastId: first.at(-1)?.cursor ?? cursor });
	await back.events.until(() => back.news.length === sent.length - first.length, 'the rest');
	assert.deepEqual([...first, ...back.news.map(({ data }) => data)].map(({ data }) => data.id), sent);
	await back.close();
	await alice.close();
	await server.stop();
});
