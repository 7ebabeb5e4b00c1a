// kills.mjs -- kill -9 of a server under load, again and again, and the proof that
// nothing was lost.
//
// Senders write in pairs while the server is killed at random moments and started
// again on the same data and port. Afterwards nothing that was acknowledged may be
// missing from either member's history, nothing may be there twice, and no number
// may be left out. The short test and the long run use the same.
import assert from 'node:assert/strict';
import { directWith, historyOf } from './api.mjs';
import { Rand } from './rand.mjs';
import { Sender } from './sender.mjs';
import { freePort, LOAD, Server } from './server.mjs';
import { Growing } from './wait.mjs';

const PAIRS = 4;

// One member's history against what both members sent and were told.
function assertHistory(history, senders, who) {
	assert.deepEqual(history.map(({ n }) => n), history.map((_, i) => i + 1), `${who}: numbers without a hole`);
	const byId = new Map(history.map((message) => [message.id, message]));
	assert.equal(byId.size, history.length, `${who}: nothing twice`);
	for (const sender of senders) {
		for (const [id, acked] of sender.acks) {
			assert.deepEqual(byId.get(id), acked, `${who}: what was acknowledged is there as it was`);
		}
		assert.deepEqual(history.filter(({ from }) => from === sender.name).map(({ id, text }) => ({ id, text })),
			sender.sent, `${who}: all that was sent, once, in its order`);
	}
}

async function assertNothingLost(server, people, pairs) {
	let entries = 0;
	for (const [one, other] of pairs) {
		const conversation = await directWith(server, people[one.name], other.name);
		const histories = [];
		for (const { name } of [one, other]) {
			histories.push(await historyOf(server, people[name], conversation));
			assertHistory(histories.at(-1), [one, other], name);
		}
		assert.deepEqual(histories[0], histories[1], 'both members see the same');
		entries += histories[0].length;
	}
	assert.deepEqual(server.verify(), { conversations: pairs.length, entries });
	return entries;
}

/*
 * Kills KILLS times with moments drawn from SEED; checks; returns { kills, acked }.
 * env   the server's configuration
 */
export async function killUnderLoad({ seed, kills, env = {} }) {
	const moments = new Rand(seed);
	const rand = new Rand(seed ^ Date.now()); // ids that no other run has
	const server = await Server.start({ port: await freePort(), env: { ...LOAD, ...env } });
	const names = Array.from({ length: 2 * PAIRS }, (_, i) => `person${i}`);
	const people = server.addPeople(...names);
	const tally = new Growing();
	const senders = names.map((name, i) => Object.assign(new Sender({
		token: people[name], to: names[i ^ 1], rand, tally, window: moments.between(1, 16),
		text: (number) => `${number} ${'x'.repeat(moments.below(moments.pick([20, 200, 4000])))}`,
	}), { name }));
	const pairs = Array.from({ length: PAIRS }, (_, i) => senders.slice(2 * i, 2 * i + 2));

	await Promise.all(senders.map((sender) => sender.connect(server)));
	for (let i = 0; i < kills; i++) {
		const enough = tally.items.length + moments.between(1, 400);
		await tally.until((acks) => acks.length >= enough, `${enough} acknowledgements`);
		await server.kill();
		await server.start();
		await Promise.all(senders.map((sender) => sender.connect(server)));
	}
	await Promise.all(senders.map((sender) => sender.stop()));
	for (const sender of senders) {
		assert.deepEqual(sender.refused, []);
		assert.deepEqual(sender.wrong, [], 'a repeated message has the number that it had');
		assert.equal(sender.acks.size, sender.sent.length, 'everything is answered in the end');
	}
	await assertNothingLost(server, people, pairs);
	for (const { socket } of senders) await socket.close();
	await server.stop();
	server.verify();
	return { kills, acked: tally.items.length };
}
