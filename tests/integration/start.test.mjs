// start.test.mjs -- how kithd begins and ends: its configuration, its ready line,
// what stops it from starting, and what an empty directory becomes.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { get, historyOf, request } from './lib/api.mjs';
import { Program, run } from './lib/program.mjs';
import { newFolder, Server } from './lib/server.mjs';
import { Socket } from './lib/socket.mjs';
import { within } from './lib/wait.mjs';

const folder = newFolder();

function write(name, text) {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
}

// kithd that is expected not to serve: it must end by itself.
async function refused(args, env) {
	const program = new Program('kithd', args, { env: { KITH_DATA: join(folder, 'unused'),
		KITH_LISTEN: '127.0.0.1:0', ...env } });
	const { code } = await program.end();
	return { code, out: program.lines.items, err: program.stderr };
}

test('kithd says where it is ready, on one line, and SIGTERM ends it with 0', async () => {
	const server = await Server.start();
	await server.stop();
	assert.deepEqual(server.program.lines.items, [`kithd ready ${server.url}`]);
});

test('SIGINT ends it with 0 too', async () => {
	const server = await Server.start();
	await server.program.endsWith(0, 'SIGINT');
});

test('R-102 an unknown key is FILE:LINE: unknown key, and exit 1, before anything is opened', async () => {
	const file = write('unknown.conf', '# a comment\n\nlisten = 127.0.0.1:0\nlissten = 1\n');
	const expected = { code: 1, out: [], err: `${file}:4: unknown key "lissten"\n` };
	const data = join(folder, 'never');
	assert.deepEqual(await refused(['--config', file], { KITH_DATA: data }), expected);
	assert.deepEqual(await refused(['--config', file, '--check-config'], { KITH_DATA: data }), expected);
	assert.equal(run('kithctl', ['--data', data, 'org', 'list']).code, 3, 'no store was made');
});

test('R-102 the printed example loads as it is', () => {
	const printed = run('kithd', ['--print-config']);
	assert.deepEqual([printed.code, printed.err], [0, '']);
	const keys = printed.out.split('\n').filter((line) => /^\w+ =/.test(line)).map((line) => line.split(' ')[0]);
	for (const key of ['listen', 'data', 'domain']) assert.ok(keys.includes(key), key);
	const checked = run('kithd', ['--config', write('printed.conf', printed.out), '--check-config']);
	assert.deepEqual([checked.code, checked.err], [0, '']);
});

test('R-102 every key of the example is also KITH_<KEY>, which counts before the file', () => {
	const printed = run('kithd', ['--print-config']).out;
	for (const line of printed.split('\n').filter((text) => /^\w+ =/.test(text))) {
		const [, key, value] = /^(\w+) = ?(.*)$/.exec(line);
		const name = `KITH_${key.toUpperCase()}`;
		const good = run('kithd', ['--check-config'], { env: { [name]: value } });
		assert.deepEqual([good.code, good.err], [0, ''], name);
		const file = write('overridden.conf', `${key} = \u0001\n`);
		const bad = run('kithd', ['--check-config', '--config', file]);
		assert.equal(bad.code, 1, line);
		assert.ok(bad.err.startsWith(`${file}:1: `), bad.err);
		const badVariable = run('kithd', ['--check-config'], { env: { [name]: '\u0001' } });
		assert.equal(badVariable.code, 1, name);
		assert.ok(badVariable.err.includes(name), badVariable.err);
	}
});

test('the configuration file alone is enough', async () => {
	const data = join(folder, 'from-file');
	const file = write('whole.conf', `listen = 127.0.0.1:0\ndata = ${data}\nlog_level = warn\nworkers = 1\n`);
	const program = new Program('kithd', ['--config', file]);
	const [, url] = await program.line(/^kithd ready (http:\S+)$/);
	assert.equal((await fetch(`${url}/livez`)).status, 200);
	await program.endsWith(0, 'SIGTERM');
});

test('--help and --version are answers; a wrong command line is 2', () => {
	for (const args of [['--help'], ['--version']]) {
		const done = run('kithd', args);
		assert.equal(done.code, 0, args[0]);
		assert.notEqual(done.out, '');
	}
	for (const args of [['--nonsense'], ['serve'], ['--config']]) {
		const done = run('kithd', args);
		assert.deepEqual([done.code, done.out], [2, ''], args[0]);
		assert.notEqual(done.err, '');
	}
});

test('a port in use is an error that names the address', async () => {
	const other = createServer();
	await new Promise((done) => other.listen(0, '127.0.0.1', done));
	const address = `127.0.0.1:${other.address().port}`;
	const got = await refused([], { KITH_LISTEN: address, KITH_DATA: join(folder, 'port') });
	other.close();
	assert.equal(got.code, 1);
	assert.deepEqual(got.out, []);
	assert.ok(got.err.includes(address), got.err);
	assert.match(got.err, /in use/i);
});

test('a second kithd on the same data is refused, and the first serves on', async () => {
	const server = await Server.start();
	const got = await refused([], { KITH_DATA: server.data });
	assert.equal(got.code, 1);
	assert.deepEqual(got.out, []);
	assert.ok(got.err.includes(server.data), got.err);
	const { alice } = server.addPeople('alice');
	assert.equal((await get(server, alice, '/v1/me')).id, 'alice');
	await server.stop();
});

test('R-102 an empty data directory becomes the organization default, with no credential anywhere', async () => {
	const data = join(folder, 'empty');
	mkdirSync(data, { mode: 0o700 });
	const server = await Server.start({ data });
	assert.equal(server.admin('org', 'list'), 'default\tdefault.localhost\n');
	assert.equal(server.admin('key', 'list'), '');
	assert.equal(server.admin('user', 'list'), '');
	assert.equal((await request(server, null, '/v1/me')).status, 401);
	await server.stop();
	assert.equal(server.admin('key', 'list'), '');
});

test('R-103 /livez and /readyz answer without a token, and whether there is a store behind', async () => {
	const server = await Server.start();
	for (const path of ['/livez', '/readyz']) {
		const answer = await fetch(server.url + path);
		assert.equal(answer.status, 200, path);
		await answer.text();
	}
	await server.stop();
});

test('a client hears bye 4503 when the server stops, and is closed with it', async () => {
	const server = await Server.start();
	const { alice } = server.addPeople('alice');
	const socket = await Socket.signIn(server, alice);
	const stopped = server.stop();
	const bye = await socket.frame((frame) => frame.type === 'bye', 'bye');
	assert.equal(bye.code, 4503);
	assert.ok(Number.isInteger(bye.retryAfterMs) && bye.retryAfterMs > 0, JSON.stringify(bye));
	assert.equal((await within(socket.closed, 'the close')).code, 4503);
	await stopped;
});

test('a second start finds the data, and goes on with the numbers', async () => {
	const server = await Server.start();
	const { alice, bob } = server.addPeople('alice', 'bob');
	const send = (token, to, text) => request(server, token, `/v1/users/${to}/messages`, { text });
	const first = await send(alice, 'bob', 'before');
	assert.equal(first.status, 201);
	const before = await get(server, bob, '/v1/sync');
	await server.stop();
	await server.start();
	const second = await send(bob, 'alice', 'after');
	assert.equal(second.body.n, 2);
	assert.equal(second.body.conversation, first.body.conversation);
	const history = await historyOf(server, alice, first.body.conversation);
	assert.deepEqual(history.map((message) => message.text), ['before', 'after']);
	assert.deepEqual(history[0], first.body);
	const since = await get(server, alice, `/v1/sync?since=${before.cursor}`);
	assert.deepEqual([since.reload, since.items.length], [false, 1], 'a cursor of before still holds');
	await server.stop();
	assert.deepEqual(server.verify(), { conversations: 1, entries: 2 });
});
