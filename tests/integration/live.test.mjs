// live.test.mjs -- does what passes reach everybody, whichever worker they are on?
//
// Two workers, and so many sockets that each has some: typing, presence and the
// totals of the unread go from any of them to any other. What is to be kept of it,
// when somebody was here last, survives the server.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId, Rand } from './lib/rand.mjs';
import { Server } from './lib/server.mjs';
import { Socket } from './lib/socket.mjs';
import { Stream } from './lib/stream.mjs';

const DEVICES = 12; // of one person: with two workers nearly never all on one
const TWO = { KITH_WORKERS: '2' };

async function devices(server, token, count = DEVICES) {
	return Promise.all(Array.from({ length: count }, () => Socket.signIn(server, token)));
}

function heard(socket, name, check) {
	return socket.frame((frame) => frame.type === 'event' && frame.event === name && check(frame.data),
		`${name} as expected`);
}

function closeAll(sockets) {
	return Promise.all(sockets.map((socket) => socket.close()));
}

test('R-034 typing reaches all devices of the others, and none of one\'s own', async () => {
	const server = await Server.start({ env: TWO });
	const people = server.addPeople('alice', 'bob');
	const alices = await devices(server, people.alice, 3);
	const bobs = await devices(server, people.bob);
	const stream = await Stream.open(server.url, people.bob);
	const { id } = await alices[0].call('conversations.direct', { user: 'bob' });

	const said = { conversation: id, user: 'alice', state: 'composing' };
	assert.deepEqual(await alices[0].call('conversations.typing', { conversation: id, state: 'composing' }), said);
	for (const bob of bobs) {
		const event = await heard(bob, 'conversation.typing', ({ state }) => state === 'composing');
		assert.deepEqual(event.data, said);
		assert.equal(event.conversation, id);
		assert.equal(event.cursor, undefined);
		assert.equal(event.n, undefined);
	}
	const streamed = await stream.event('conversation.typing');
	assert.deepEqual(streamed.data.data, said);
	// Their own connection ends, and with it what they composed there.
	await alices[0].close();
	for (const bob of bobs) await heard(bob, 'conversation.typing', ({ state }) => state === 'gone');
	// Another of one's own devices takes it over: the first one's end is then no end.
	await alices[1].call('conversations.typing', { conversation: id, state: 'composing' });
	await alices[2].call('conversations.typing', { conversation: id, state: 'composing' });
	await alices[1].close();
	// It ends by itself, 6 s after it was last said; a message of bob's says how long nothing came.
	for (const bob of bobs) {
		await bob.frames.until((frames) => frames.filter((frame) => frame.event === 'conversation.typing'
			&& frame.data.state === 'gone').length === 2, 'the second end', 20_000);
	}
	assert.deepEqual(alices[2].events, []);
	await stream.close();
	await closeAll([alices[2], ...bobs]);
	await server.stop();
});

test('R-035 presence reaches who watches, on any worker, and hides from all at once', async () => {
	const server = await Server.start({ env: TWO });
	const people = server.addPeople('alice', 'bob', 'carol');
	const watchers = await devices(server, people.alice);
	for (const alice of watchers) {
		assert.deepEqual(await alice.call('presence.watch', { users: ['bob', 'nobody', 'alice'] }), { items: [
			{ user: 'bob', online: false }, { user: 'nobody', online: false }, { user: 'alice', online: true }] });
	}
	const stream = await Stream.open(server.url, people.carol, { query: '?watch=bob,alice' });
	await stream.event('presence', ({ data }) => data.data.user === 'alice' && data.data.online);
	const bobs = await devices(server, people.bob, 3);
	for (const alice of watchers) {
		const event = await heard(alice, 'presence', ({ online }) => online);
		assert.deepEqual(event.data, { user: 'bob', online: true });
	}
	await stream.event('presence', ({ data }) => data.data.user === 'bob' && data.data.online);
	// He hides: everybody is told so, and nobody is answered anything else.
	await bobs[0].call('me.settings', { showPresence: false });
	for (const alice of watchers) {
		const event = await heard(alice, 'presence', ({ online }) => !online);
		assert.deepEqual(event.data, { user: 'bob', online: false });
		assert.deepEqual(await alice.call('presence.watch', { users: ['bob'] }), { items: [{ user: 'bob', online: false }] });
	}
	// Nor does he see anybody.
	assert.deepEqual(await bobs[1].call('presence.watch', { users: ['alice'] }), { items: [{ user: 'alice', online: false }] });
	await bobs[1].call('me.settings', { showPresence: true });
	for (const alice of watchers) {
		await alice.frames.until((frames) => frames.filter((frame) => frame.event === 'presence'
			&& frame.data.online).length === 2, 'bob again', 20_000);
	}
	await heard(bobs[1], 'presence', ({ user, online }) => user === 'alice' && online);
	await stream.close();
	await closeAll([...watchers, ...bobs]);
	await server.stop();
});

test('R-035 when somebody was here last is told when they go, and survives a restart', async () => {
	const server = await Server.start({ env: TWO });
	const people = server.addPeople('alice', 'bob');
	const alice = await Socket.signIn(server, people.alice);
	const bobs = await devices(server, people.bob, 4);
	const watch = async (socket) => (await socket.call('presence.watch', { users: ['bob'] })).items[0];

	assert.deepEqual(await watch(alice), { user: 'bob', online: true });
	await closeAll(bobs);
	// It is told when he has not come back for a while, and is stored by then.
	const { data: away } = await heard(alice, 'presence', ({ user }) => user === 'bob');
	assert.equal(away.online, false);
	assert.match(away.lastSeen, /^20\d\d-/);
	assert.deepEqual(await watch(alice), away);
	await alice.close();
	await server.stop();
	await server.start();
	const again = await Socket.signIn(server, people.alice);
	assert.deepEqual(await watch(again), away);
	// Alice was here too when it stopped.
	const bob = await Socket.signIn(server, people.bob);
	assert.deepEqual((await bob.call('presence.watch', { users: ['alice'] })).items[0], { user: 'alice', online: true });
	await again.close();
	await bob.close();
	await server.stop();
	server.verify();
});

test('R-035 who is connected when the server stops was here until then', async () => {
	const server = await Server.start({ env: TWO });
	const people = server.addPeople('alice', 'bob');
	const bobs = await devices(server, people.bob, 4);

	await server.stop();
	for (const bob of bobs) await bob.closed;
	await server.start();
	const alice = await Socket.signIn(server, people.alice);
	const { items: [bob] } = await alice.call('presence.watch', { users: ['bob'] });
	assert.equal(bob.online, false);
	assert.match(bob.lastSeen, /^20\d\d-/);
	await alice.close();
	await server.stop();
});

test('R-032 who has asked for the totals hears every change of them', async () => {
	const server = await Server.start({ env: TWO });
	const people = server.addPeople('alice', 'bob');
	const rand = new Rand(32);
	const alice = await Socket.signIn(server, people.alice);
	const bobs = await devices(server, people.bob);
	const stream = await Stream.open(server.url, people.bob, { query: '?unread=true' });
	const quiet = await Socket.signIn(server, people.bob);

	await stream.event('me.unread', ({ data }) => data.data.messages === 0);
	for (const bob of bobs) assert.deepEqual(await bob.call('me.unread', {}), { messages: 0, conversations: 0 });
	const { conversation } = await alice.call('messages.sendToUser', { address: 'bob', id: newId(rand), text: 'one' });
	await alice.call('messages.sendToUser', { address: 'bob', id: newId(rand), text: 'two' });
	for (const bob of bobs) await heard(bob, 'me.unread', ({ messages, conversations }) => messages === 2 && conversations === 1);
	await stream.event('me.unread', ({ data }) => data.data.messages === 2);
	// On the device that reads it changes, too.
	await bobs[0].call('conversations.read', { conversation, upTo: 2 });
	for (const bob of bobs) {
		await bob.frames.until((frames) => frames.filter((frame) => frame.event === 'me.unread').at(-1)?.data.messages === 0,
			'nothing unread');
	}
	await stream.event('me.unread', ({ data }) => data.data.messages === 0);
	assert.equal(quiet.events.some((frame) => frame.event === 'me.unread'), false);
	await stream.close();
	await closeAll([alice, quiet, ...bobs]);
	await server.stop();
});
