// order.test.mjs -- does everything leave in the order of commits, for whoever is
// there and for whoever comes back in the middle?
//
// Two workers, forty senders, one receiver who writes back: on each connection the
// answers and events together must be the log itself. Then one who leaves and comes
// back at random moments of such a flood, with its last cursor. The seed is printed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directWith, historyOf, syncFrom } from './lib/api.mjs';
import { newId, Rand } from './lib/rand.mjs';
import { Sender } from './lib/sender.mjs';
import { LOAD, Server } from './lib/server.mjs';
import { Socket } from './lib/socket.mjs';
import { Growing, within } from './lib/wait.mjs';

const SENDERS = 40;
const EACH = 50; // messages of each sender, and to each
const RESUMES = 25;
const SEED = Number(process.env.KITH_TEST_SEED ?? 20240601);

const names = Array.from({ length: SENDERS }, (_, i) => `sender${i}`);

// What a connection heard of messages, answers and events alike, in order.
function heard(socket) {
	return socket.frames.items.filter((frame) => frame.type === 'ok' || frame.type === 'event')
		.map((frame) => (frame.type === 'ok' ? frame.result : frame.data))
		.filter((message) => message.id !== undefined);
}

// In each conversation 1, 2, 3 … as they arrive: nothing late, missing or twice.
function assertInOrder(messages, who) {
	const last = new Map();
	for (const { conversation, n } of messages) {
		assert.equal(n, (last.get(conversation) ?? 0) + 1, `${who}: the next of ${conversation}`);
		last.set(conversation, n);
	}
}

async function endAll(sockets) {
	for (const socket of sockets) await socket.close();
}

test('R-041 two workers, forty senders, one receiver: answers and events leave in commit order', async () => {
	console.log(`# seed ${SEED}`);
	const server = await Server.start({ env: { ...LOAD, KITH_WORKERS: '2' } });
	const people = server.addPeople('hub', ...names);
	const rand = new Rand(SEED);
	const hub = await Socket.signIn(server, people.hub);
	const other = await Socket.signIn(server, people.hub); // the same person elsewhere
	const senders = names.map((name) => new Sender({ token: people[name], to: 'hub', rand, most: EACH, window: 4 }));

	await Promise.all(senders.map((sender) => sender.connect(server)));
	const replies = [];
	for (let i = 0; i < EACH; i++) {
		const round = names.map((name) => hub.ask('messages.sendToUser', { address: name, id: newId(rand), text: `back ${i}` }));
		await within(Promise.race(round), 'one answer of a round');
		replies.push(...round);
	}
	await within(Promise.all(replies), 'all answers to the receiver');
	await Promise.all(senders.map((sender) => sender.done()));

	const total = 2 * SENDERS * EACH;
	const isWhole = (frames) => frames.filter((frame) => frame.type === 'event').length === total;
	await other.frames.until(isWhole, 'every event at the second connection');
	await hub.frames.until(() => heard(hub).length === total, 'every answer and event at the receiver');
	for (const sender of senders) {
		assert.deepEqual(sender.refused, []);
		await sender.socket.frames.until(() => heard(sender.socket).length === 2 * EACH, 'everything at a sender');
		assertInOrder(heard(sender.socket), sender.token);
	}
	assertInOrder(heard(hub), 'the receiver');
	assertInOrder(heard(other), 'the second connection');

	// The log, as it is asked for afterwards, is what both saw arrive; cursors and all.
	const log = await syncFrom(server, people.hub, hub.welcome.cursor);
	assert.deepEqual(heard(hub).map(({ id }) => id), log.map((event) => event.data.id));
	assert.deepEqual(other.events.map(({ type, ...event }) => event), log);

	await endAll([hub, other, ...senders.map((sender) => sender.socket)]);
	await server.stop();
	assert.deepEqual(server.verify(), { conversations: SENDERS, entries: total });
});

/*
 * Listens from SINCE until COUNT events came, then leaves at once: what arrived is
 * added to GOT. Returns the last cursor.
 */
async function listenFor(server, token, since, count, got) {
	const socket = new Socket(server.socketUrl);
	const begun = got.length;
	let cursor = since;
	const enough = new Promise((done) => {
		socket.onFrame = (frame) => {
			assert.notEqual(frame.type, 'gap', 'the cursor holds');
			if (frame.type === 'event' && got.length - begun < count) {
				got.push(frame);
				({ cursor } = frame);
			}
			if (frame.type !== 'hello' && got.length - begun >= count) done();
		};
	});
	await within(socket.opened, 'a socket');
	socket.say({ type: 'hello', token, since });
	await within(enough, () => `${count} events, ${got.length - begun} came`);
	await socket.close();
	return cursor;
}

test('R-092 a client that comes back again and again in a flood misses and repeats nothing', async () => {
	console.log(`# seed ${SEED + 1}`);
	const server = await Server.start({ env: { ...LOAD, KITH_WORKERS: '2' } });
	const people = server.addPeople('hub', ...names);
	const rand = new Rand(SEED + 1);
	const moments = new Rand(SEED + 2);
	const tally = new Growing();
	const first = await Socket.signIn(server, people.hub);
	const begin = first.welcome.cursor;
	await first.close();
	const senders = names.map((name) => new Sender({ token: people[name], to: 'hub', rand, tally, window: 2 }));
	await Promise.all(senders.map((sender) => sender.connect(server)));

	const got = [];
	let cursor = begin;
	for (let i = 0; i < RESUMES; i++) {
		const before = tally.items.length;
		cursor = await listenFor(server, people.hub, cursor, moments.pick([0, 1, moments.below(30), moments.below(400)]), got);
		await tally.until((acks) => acks.length > before + moments.below(2) * 20, 'the flood goes on');
	}
	await Promise.all(senders.map((sender) => sender.stop()));
	const sent = senders.reduce((sum, sender) => sum + sender.acks.size, 0);
	assert.equal(tally.items.length, sent);
	cursor = await listenFor(server, people.hub, cursor, sent - got.length, got);

	const log = await syncFrom(server, people.hub, begin);
	assert.equal(log.length, sent);
	assert.deepEqual(got.map(({ type, ...event }) => event), log);
	assert.deepEqual(await syncFrom(server, people.hub, cursor), [], 'nothing is left behind the last cursor');
	for (const sender of senders) {
		const conversation = await directWith(server, sender.token, 'hub');
		const history = await historyOf(server, people.hub, conversation);
		assert.deepEqual(history.map(({ id }) => id), sender.sent.map(({ id }) => id));
	}
	await endAll(senders.map((sender) => sender.socket));
	await server.stop();
});
