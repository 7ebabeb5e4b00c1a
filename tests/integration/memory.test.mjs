// memory.test.mjs -- does a message in steady state cost an allocation?
//
// The server's workers count what they allocate; kithctl stats tells it. After a
// warm-up a thousand more sends, delivered to a second connection, must not move
// the count.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId, Rand } from './lib/rand.mjs';
import { Raw } from './lib/raw.mjs';
import { LOAD, Server } from './lib/server.mjs';
import { Socket } from './lib/socket.mjs';

const WARM_UP = 2000;
const SENDS = 1000;

// Sends one after the other, and waits until the other has heard them all.
async function send(alice, bob, rand, count) {
	const wanted = bob.events.length + count;
	for (let i = 0; i < count; i++) {
		await alice.call('messages.sendToUser', { address: 'bob', id: newId(rand), text: `message ${i}` });
	}
	await bob.frames.until(() => bob.events.length >= wanted, `${count} events`);
	// Counted at the end of a turn: one more turn of each worker lies behind us then.
	for (const socket of [alice, bob]) {
		const n = socket.frames.items.length;
		socket.say({ type: 'ping', n });
		await socket.frame((frame) => frame.type === 'pong' && frame.n === n, 'pong');
	}
}

test('a thousand sends in steady state allocate nothing on the workers', async () => {
	const server = await Server.start({ env: { ...LOAD, KITH_WORKERS: '2' } });
	const people = server.addPeople('alice', 'bob');
	const rand = new Rand(11);
	const alice = await Socket.signIn(server, people.alice);
	const bob = await Socket.signIn(server, people.bob);

	const cold = server.stats().worker_allocations;
	assert.ok(cold > 0, 'stats has the count');
	await send(alice, bob, rand, WARM_UP);
	server.stats();
	const before = server.stats().worker_allocations;
	await send(alice, bob, rand, SENDS);
	assert.equal(server.stats().worker_allocations, before);

	await alice.close();
	await bob.close();
	await server.stop();
});

// One connection that is kept, one request behind the other's answer, each in one piece.
async function post(raw, token, rand, count) {
	for (let i = 0; i < count; i++) {
		const body = JSON.stringify({ id: newId(rand), text: `message ${i}` });
		const wanted = raw.answers + 1;
		raw.write(`POST /v1/users/bob/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n`
			+ `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
		await raw.until(() => raw.countAnswers() >= wanted, 'an answer');
		raw.answers = wanted;
	}
}

test('a thousand sends over one HTTP connection allocate nothing on the workers', async () => {
	const server = await Server.start({ env: { ...LOAD, KITH_WORKERS: '1' } });
	const people = server.addPeople('alice', 'bob');
	const rand = new Rand(12);
	const raw = await Raw.open(server);
	raw.answers = 0;
	// Answers are counted where they begin, and what was counted is let go.
	let seen = 0;
	raw.countAnswers = () => {
		seen += raw.text.split('HTTP/1.1 201 Created').length - 1;
		raw.parts.items.length = 0;
		return seen;
	};

	await post(raw, people.alice, rand, WARM_UP / 2);
	server.stats();
	const before = server.stats().worker_allocations;
	await post(raw, people.alice, rand, SENDS);
	assert.equal(server.stats().worker_allocations, before);

	await raw.finish();
	await server.stop();
	server.verify();
});
