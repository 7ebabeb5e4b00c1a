// cli.test.mjs -- does kith say the right thing when something is wrong?
//
// A server that is not there, goes away and comes back, cursors and calls that mean
// nothing: what is printed, and the exit code that a script sees.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { get } from './lib/api.mjs';
import { Program, run } from './lib/program.mjs';
import { freePort, newFolder, Server } from './lib/server.mjs';

const LINES = [1, 2, 3].map((n) => JSON.stringify({ to: 'bob', text: `line ${n}` }));

function nowhere(port) {
	return { KITH_URL: `http://127.0.0.1:${port}`, KITH_TOKEN: 'x.y.z' };
}

test('R-093 without a server each line that was read has its result, and the code is 3', async () => {
	const done = run('kith', ['send', '--lines', '--json'], { env: nowhere(await freePort()), input: `${LINES.join('\n')}\n` });
	assert.equal(done.code, 3, done.err);
	const results = done.out.trim().split('\n').map((line) => JSON.parse(line));
	assert.equal(results.length, LINES.length);
	for (const result of results) {
		assert.equal(result.ok, false);
		assert.equal(result.problem.code, 'network');
	}
});

test('R-093 with an outbox the lines wait for a server that comes later, and are sent once', async () => {
	const port = await freePort();
	const server = await Server.start({ port });
	const people = server.addPeople('alice', 'bob');
	await server.stop();
	const sender = new Program('kith', ['send', '--lines', '--json', '--outbox', join(newFolder(), 'outbox')],
		{ env: { KITH_URL: server.url, KITH_TOKEN: people.alice }, stdin: 'pipe' });
	sender.child.stdin.end(`${LINES.join('\n')}\n`);
	await sender.errors.until((lines) => lines.find((line) => line.includes('trying again')), 'a word on stderr');
	await server.start();
	await sender.endsWith(0);
	const results = sender.lines.items.map((line) => JSON.parse(line));
	assert.deepEqual(results.map(({ ok, message }) => [ok, message.n, message.text]),
		[[true, 1, 'line 1'], [true, 2, 'line 2'], [true, 3, 'line 3']]);
	await server.stop();
	assert.equal(server.verify().entries, 3);
});

test('kith listen says when the server is gone and when it is back, and misses nothing', async () => {
	const server = await Server.start({ port: await freePort() });
	const people = server.addPeople('alice', 'bob');
	const { cursor } = await get(server, people.bob, '/v1/sync');
	const listener = new Program('kith', ['listen', '--json', '--since', cursor, '--count', '2'],
		{ env: { KITH_URL: server.url, KITH_TOKEN: people.bob } });
	assert.equal(server.kith(people.alice, 'send', 'bob', 'before').code, 0);
	await listener.line(/"text":"before"/);
	await server.kill();
	await listener.errors.until((lines) => lines.includes('kith: the connection is lost; trying again'), 'that it is lost');
	await server.start();
	await listener.errors.until((lines) => lines.includes('kith: connected again'), 'that it is back');
	assert.equal(server.kith(people.alice, 'send', 'bob', 'after').code, 0);
	await listener.line(/"text":"after"/);
	await listener.endsWith(0);
	await server.stop();
});

test('kith names what is wrong, and the code says whether it was refused or misused', async () => {
	const server = await Server.start();
	const people = server.addPeople('alice', 'bob');
	const cases = [
		[['listen', '--since', 'zzz'], 1, /^kith: invalid_request: .*It is no cursor/m],
		[['call', 'nope', '{}'], 2, /no call "?nope/],
		[['call', 'me.get', '{bad'], 2, /JSON object/],
		[['send', 'nobody', 'hi'], 1, /^kith: not_found: /m],
		[['history'], 2, /kith history/],
		[['bogus\u001b[31m'], 2, /^[^\u001b]*$/],
	];
	for (const [args, code, pattern] of cases) {
		const done = server.kith(people.alice, ...args);
		assert.equal(done.code, code, `${args.join(' ')}: ${done.err}`);
		assert.match(done.err, pattern, args.join(' '));
	}
	const refused = run('kith', ['recent'], { env: { KITH_URL: server.url, KITH_TOKEN: server.token('alice', { exp: 1 }) } });
	assert.equal(refused.code, 1, refused.err);
	assert.match(refused.err, /^kith: token_expired: /m);
	await server.stop();
});
