// flood.test.mjs -- does the server hold under kithload what it promises?
//
// Short floods against a real server, every message checked at its receiver: with
// many clients and few unanswered, and with many unanswered. The figures are bench's.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Program } from './lib/program.mjs';
import { LOAD, Server } from './lib/server.mjs';

const SHAPES = [
	{ name: 'sixty clients, one unanswered each', clients: 60, window: 1 },
	{ name: 'twenty clients, sixty-four unanswered each', clients: 20, window: 64 },
];
const BROKEN = ['lost', 'duplicated', 'reordered', 'corrupted', 'refused', 'errors'];

test('R-041 R-042 a flood loses, doubles and reorders nothing, and the logs are whole', async (t) => {
	const server = await Server.start({ env: { ...LOAD, KITH_WORKERS: '2' } });
	const people = server.addPeople(...Array.from({ length: 60 }, (_, i) => `u${i}`));
	const tokens = join(server.folder, 'tokens');
	writeFileSync(tokens, Object.entries(people).map(([id, token]) => `${id} ${token}\n`).join(''));
	for (const { name, clients, window } of SHAPES) {
		await t.test(name, async () => {
			const flood = new Program('kithload', ['flood', '--url', server.url, '--tokens', tokens, '--clients',
				String(clients), '--window', String(window), '--seconds', '2', '--json', '--pid', String(server.pid)]);
			await flood.endsWith(0);
			const figures = JSON.parse(flood.lines.items[0]);
			for (const key of BROKEN) assert.equal(figures[key], 0, key);
			assert.ok(figures.acked > 0);
			assert.equal(figures.delivered, figures.acked);
		});
	}
	const online = server.verify();
	assert.equal(online.conversations, 30);
	await server.stop();
	assert.deepEqual(server.verify(), online);
});
