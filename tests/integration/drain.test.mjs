// drain.test.mjs -- a gentle end: not ready at once, goodbyes that are spread, every
// call answered or safe to repeat, and exit 0.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directWith, historyOf } from './lib/api.mjs';
import { Rand } from './lib/rand.mjs';
import { Raw } from './lib/raw.mjs';
import { Sender } from './lib/sender.mjs';
import { freePort, LOAD, Server } from './lib/server.mjs';
import { Socket } from './lib/socket.mjs';
import { Growing, within } from './lib/wait.mjs';

const rand = new Rand(Date.now());

function isBye(frame) {
	return frame.type === 'bye';
}

// What /readyz says now.
async function readiness(server) {
	const answer = await fetch(`${server.url}/readyz`, { headers: { connection: 'close' } });
	return [answer.status, (await answer.json()).status];
}

test('R-104 a drain under load loses nothing: what was answered is there, the rest is repeated', async () => {
	const server = await Server.start({ port: await freePort(), env: LOAD });
	const people = server.addPeople('alice', 'bob');
	const tally = new Growing();
	const senders = [['alice', 'bob'], ['bob', 'alice']].map(([name, to]) =>
		Object.assign(new Sender({ token: people[name], to, rand, tally, window: 32 }), { name }));
	await Promise.all(senders.map((sender) => sender.connect(server)));
	await tally.until((acks) => acks.length >= 200, '200 acknowledgements');
	assert.equal(server.admin('drain', '1'), 'draining\n');
	const byes = await Promise.all(senders.map(({ socket }) => socket.frame(isBye, 'bye')));
	for (const bye of byes) assert.equal(bye.code, 4503);
	for (const { socket } of senders) assert.equal((await within(socket.closed, 'the close')).code, 4503);
	await server.program.endsWith(0);

	await server.start();
	await Promise.all(senders.map((sender) => sender.connect(server)));
	await Promise.all(senders.map((sender) => sender.stop()));
	const conversation = await directWith(server, people.alice, 'bob');
	const history = await historyOf(server, people.alice, conversation);
	assert.deepEqual(history.map(({ n }) => n), history.map((_, i) => i + 1), 'numbers without a hole');
	for (const sender of senders) {
		assert.deepEqual([sender.refused, sender.wrong], [[], []]);
		assert.equal(sender.acks.size, sender.sent.length);
		assert.deepEqual(history.filter(({ from }) => from === sender.name).map(({ id, text }) => ({ id, text })),
			sender.sent, 'all of it, once, in its order');
		await sender.socket.close();
	}
	await server.stop();
	server.verify();
});

test('R-104 readiness goes at once, and who comes before the goodbyes is still served', async () => {
	const server = await Server.start();
	const { alice } = server.addPeople('alice');
	assert.deepEqual(await readiness(server), [200, 'ok']);
	server.admin('drain', '1');
	assert.deepEqual(await readiness(server), [503, 'draining']);
	const late = await Socket.signIn(server, alice);
	assert.equal((await late.call('me.get', {})).id, 'alice');
	await late.frame(isBye, 'bye');
	await server.program.endsWith(0);
});

test('R-104 connections are told one after the other, with times to come back that are spread', async () => {
	const server = await Server.start();
	const { alice } = server.addPeople('alice');
	const sockets = await Promise.all(Array.from({ length: 40 }, () => Socket.signIn(server, alice)));
	let told = 0;
	const counts = sockets.map((socket) => socket.frame(isBye, 'bye').then((bye) => {
		told++;
		return bye.retryAfterMs;
	}));
	server.admin('drain', '60');
	// The first is told while most know nothing yet, and are served.
	await Promise.any(counts);
	assert.ok(told < sockets.length, `${told} told with the first`);
	server.admin('drain');
	const retries = await Promise.all(counts);
	await server.program.endsWith(0);
	assert.ok(new Set(retries).size > 10, retries.join(' '));
	for (const ms of retries) assert.ok(ms >= 500 && ms < 60_500, retries.join(' '));
});

test('R-104 a request under way is answered before its connection ends; an idle one is just closed', async () => {
	const server = await Server.start();
	const { alice } = server.addPeople('alice');
	const idle = await Raw.open(server);
	const busy = await Raw.open(server);
	busy.write(`GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${alice}\r\n`);
	server.admin('drain', '0');
	await within(idle.closed, 'the end of the idle connection');
	assert.equal(idle.text, '');
	busy.write('\r\n');
	await within(busy.closed, 'the end of the busy connection');
	assert.match(busy.text, /^HTTP\/1\.1 200 .*\r\nConnection: close\r\n/s);
	await server.program.endsWith(0);
});

for (const [what, again] of [
	['a second drain', (server) => server.admin('drain')],
	['SIGTERM', (server) => server.program.signal('SIGTERM')],
]) {
	test(`R-104 ${what} cuts a drain short`, async () => {
		const server = await Server.start({ env: { KITH_DRAIN_SECONDS: '3600' } });
		const { alice } = server.addPeople('alice');
		const sockets = await Promise.all(Array.from({ length: 4 }, () => Socket.signIn(server, alice)));
		server.admin('drain');
		assert.deepEqual(await readiness(server), [503, 'draining']);
		again(server);
		await Promise.all(sockets.map((socket) => socket.frame(isBye, 'bye')));
		await server.program.endsWith(0);
	});
}

test('without a server there is nothing to drain', async () => {
	const server = await Server.start();
	await server.stop();
	const done = server.kithctl('drain');
	assert.deepEqual([done.code, done.out], [1, '']);
	assert.match(done.err, /no server runs here/);
	assert.equal(server.kithctl('drain', 'soon').code, 1);
});
