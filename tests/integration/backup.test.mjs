// backup.test.mjs -- a backup of a server that is being written to, and what comes after
// it is brought back: nothing torn, and clients learn that time has been turned back.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { directWith, get, historyOf, request, syncFrom } from './lib/api.mjs';
import { Program } from './lib/program.mjs';
import { Rand } from './lib/rand.mjs';
import { Sender } from './lib/sender.mjs';
import { LOAD, newFolder, Server } from './lib/server.mjs';
import { Socket } from './lib/socket.mjs';
import { Growing } from './lib/wait.mjs';

const rand = new Rand(Date.now());

// kithctl while this test goes on: its last line.
async function whileRunning(server, ...args) {
	const program = new Program('kithctl', ['--data', server.data, ...args]);
	await program.endsWith(0);
	return program.lines.items.at(-1);
}

test('R-103 a backup under load is complete: what was acknowledged before it began, and nothing torn', async () => {
	const server = await Server.start({ env: LOAD });
	const people = server.addPeople('alice', 'bob', 'carol', 'dave');
	const tally = new Growing();
	const senders = [['alice', 'bob'], ['bob', 'alice'], ['carol', 'dave'], ['dave', 'carol']]
		.map(([name, to]) => Object.assign(new Sender({ token: people[name], to, rand, tally, window: 16,
			text: (number) => `${number} ${'x'.repeat(2000)}` }), { name }));
	await Promise.all(senders.map((sender) => sender.connect(server)));
	await tally.until((acks) => acks.length >= 400, '400 acknowledgements');
	const before = senders.map((sender) => new Map(sender.acks));
	const file = join(server.folder, 'copy');
	assert.match(await whileRunning(server, 'backup', file), /^position=\d+ bytes=\d+$/);
	const during = tally.items.length;
	await tally.until((acks) => acks.length > during, 'more after it');
	await Promise.all(senders.map((sender) => sender.stop()));
	for (const sender of senders) {
		assert.deepEqual(sender.refused, []);
		await sender.socket.close();
	}
	await server.stop();
	assert.deepEqual([statSync(file).mode & 0o777, existsSync(`${file}.part`)], [0o600, false]);

	const other = new Server({ folder: newFolder() });
	const out = other.admin('restore', file, '--verify');
	assert.match(out, /^conversations=2 entries=\d+ violations=0\nposition=\d+\n$/);
	await other.start();
	for (const [i, { name, to }] of senders.entries()) {
		const conversation = await directWith(other, people[name], to);
		const history = await historyOf(other, people[name], conversation);
		assert.deepEqual(history.map(({ n }) => n), history.map((_, at) => at + 1), 'numbers without a hole');
		const stored = new Map(history.map((message) => [message.id, message]));
		for (const [id, acked] of before[i]) assert.deepEqual(stored.get(id), acked);
		const own = history.filter((message) => message.from === name).map(({ id, text }) => ({ id, text }));
		assert.deepEqual(own, senders[i].sent.slice(0, own.length), 'a beginning of what was sent, in its order');
	}
	await other.stop();
});

test('R-103 R-092 after a restore every cursor from before it is answered with reload, and clients converge', async () => {
	const server = await Server.start();
	const { alice, bob } = server.addPeople('alice', 'bob');
	const send = async (text) => {
		const answer = await request(server, alice, '/v1/users/bob/messages', { text });
		assert.equal(answer.status, 201, JSON.stringify(answer.body));
		return answer.body;
	};
	const kept = await send('kept');
	const file = join(server.folder, 'copy');
	server.admin('backup', file);
	const { cursor: atBackup } = await get(server, bob, '/v1/sync');
	for (let i = 0; i < 5; i++) await send(`lost ${i}`);
	const { cursor: late } = await get(server, bob, '/v1/sync');
	await server.stop();

	assert.match(server.kithctl('restore', file).err, /is not empty: say --replace/);
	const [, aside] = /\naside (.+)\n$/.exec(server.admin('restore', file, '--verify', '--replace'));
	assert.deepEqual(readdirSync(aside).filter((name) => name === 'kith.db'), ['kith.db']);
	await server.start();
	// The same positions, given to other things: without a new life the old cursors would look good.
	const anew = [];
	for (let i = 0; i < 9; i++) anew.push(await send(`anew ${i}`));
	for (const cursor of [atBackup, late]) {
		const page = await get(server, bob, `/v1/sync?since=${cursor}`);
		assert.deepEqual([page.reload, page.items, page.more], [true, [], false]);
		const socket = await Socket.signIn(server, bob, { since: cursor });
		const gap = await socket.frame((frame) => frame.type === 'gap', 'gap');
		assert.equal(gap.reload, true);
		const said = await send('live');
		await socket.frame(({ type, data }) => type === 'event' && data.id === said.id, 'what comes after it');
		anew.push(said);
		const history = await historyOf(server, bob, kept.conversation);
		assert.deepEqual(history.map(({ text }) => text), ['kept', ...anew.map(({ text }) => text)]);
		assert.deepEqual(await syncFrom(server, bob, gap.cursor).then((items) => items.map((item) => item.data.id)),
			[said.id], 'the cursor given beside it is good');
		await socket.close();
	}
	const bad = await request(server, bob, '/v1/sync?since=nonsense');
	assert.deepEqual([bad.status, bad.body.code], [400, 'invalid_request']);
	await server.stop();
	server.verify();
});

test('R-103 a backup works without a server too, and refuses what would be overwritten', async () => {
	const server = new Server({ folder: newFolder() });
	server.admin('user', 'add', 'alice');
	const file = join(server.folder, 'copy');
	server.admin('backup', file);
	const again = server.kithctl('backup', file);
	assert.equal(again.code, 1);
	assert.match(again.err, /conflict: .*copy is there already/);
	const nowhere = server.kithctl('backup', join(server.folder, 'none', 'copy'));
	assert.equal(nowhere.code, 1);
	assert.match(nowhere.err, /No such file or directory/);
	await server.start();
	assert.match(server.kithctl('restore', file, '--replace').err, /another process uses/);
	await server.stop();
});
