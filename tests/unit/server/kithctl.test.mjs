// kithctl.test.mjs -- the program kithctl as an operator types it: on the files of
// a stopped server, against a server that only plays one, and with neither.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

const KITHCTL = resolve(process.env.KITH_BUILD_DIR ?? 'build', 'kithctl');
const PUBLIC = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
`; // RFC 8032 7.1, test 1

const folder = mkdtempSync(join(tmpdir(), 'kithctl-'));
after(() => rmSync(folder, { recursive: true }));

let count = 0;
const newPath = () => join(folder, String(++count));

const NO_KITH = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('KITH_')));

function kithctl(args, { env = {}, ...options } = {}) {
	const done = spawnSync(KITHCTL, args, { encoding: 'utf8', timeout: 60_000, cwd: folder,
		env: { ...NO_KITH, ...env }, ...options });
	return { code: done.status, out: done.stdout, err: done.stderr };
}

test('without a server the files are opened, and made by what adds', () => {
	const data = newPath();
	const run = (...args) => kithctl(['--data', data, ...args]);
	assert.deepEqual(run('user', 'add', 'alice'), { code: 0, out: 'user alice\norg default\n', err: '' });
	assert.equal(statSync(data).mode & 0o777, 0o700);
	assert.deepEqual(run('user', 'list'), { code: 0, out: 'alice\talice\n', err: '' });
	const token = run('token', 'alice');
	assert.equal(token.code, 0);
	assert.match(token.out, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
	assert.match(token.err, /^kithctl: made key hs-[0-9a-f]{16} of "default"\n$/);
	assert.equal(run('token', 'alice').err, '');
	assert.deepEqual(run('verify'), { code: 0, out: 'conversations=0 entries=0 violations=0\n', err: '' });
	assert.equal(existsSync(join(data, 'control')), false);
});

test('what only reads makes no store', () => {
	const empty = newPath();
	const strange = newPath();
	mkdirSync(empty);
	mkdirSync(strange);
	writeFileSync(join(strange, 'letter'), '');
	for (const data of [newPath(), empty, strange]) {
		for (const words of [['org', 'list'], ['user', 'list'], ['key', 'list'], ['token', 'a'], ['stats'], ['verify']]) {
			const got = kithctl(['--data', data, ...words]);
			assert.deepEqual(got, { code: 3, out: '',
				err: `kithctl: ${data}: no store here; kithd, org add, key add and user add make one\n` });
		}
	}
	assert.deepEqual([readdirSync(empty), readdirSync(strange)], [[], ['letter']]);
});

test('a data directory that cannot be one is told', () => {
	const file = newPath();
	writeFileSync(file, '');
	for (const data of [file, '/proc/nowhere']) {
		const got = kithctl(['--data', data, 'user', 'add', 'alice']);
		assert.equal(got.code, 3);
		assert.ok(got.err.startsWith(`kithctl: ${data}: `), got.err);
	}
});

test('the directory and the domain come from file and environment too', () => {
	const [data, other, file] = [newPath(), newPath(), newPath()];
	writeFileSync(file, `data = ${data}\ndomain = chat.example\n`);
	assert.deepEqual(kithctl(['--config', file, 'org', 'add', 'acme']),
		{ code: 0, out: 'org acme\ndomain acme.chat.example\n', err: '' });
	assert.equal(kithctl(['org', 'list'], { env: { KITH_DATA: data } }).out,
		'acme\tacme.chat.example\ndefault\tdefault.localhost\n');
	assert.equal(kithctl(['--config', file, '--data', other, 'user', 'add', 'alice']).code, 0);
	assert.equal(kithctl(['--config', file, 'user', 'list']).out, '');
	writeFileSync(file, 'dota = x\n');
	assert.deepEqual(kithctl(['--config', file, 'org', 'list']),
		{ code: 2, out: '', err: `${file}:1: unknown key "dota"\n` });
});

test('R-004 a: a public key is read by kithctl', () => {
	const [data, file, none] = [newPath(), newPath(), newPath()];
	const add = (path) => kithctl(['--data', data, 'key', 'add', 'default', '--alg', 'EdDSA', '--public', path]);
	writeFileSync(file, PUBLIC);
	assert.match(add(file).out, /^kid ed-[0-9a-f]{16}\n$/);
	const { kid: first, createdAt } = JSON.parse(kithctl(['--data', data, 'key', 'list', '--json']).out);
	assert.match(createdAt, /^\d{4}-/);
	assert.deepEqual(add(file), { code: 1, out: '', err: 'kithctl: conflict: The request contradicts what is stored. '
		+ `(this key is "${first}" already)\n` });
	assert.deepEqual(add(none), { code: 1, out: '', err: `kithctl: ${none}: No such file or directory\n` });
	writeFileSync(none, Buffer.from([0xff, 0x00]));
	assert.deepEqual(add(none), { code: 1, out: '', err: `kithctl: ${none}: this is no PEM file\n` });
	writeFileSync(none, 'x'.repeat(16 * 1024 + 1));
	assert.deepEqual(add(none), { code: 1, out: '', err: `kithctl: ${none}: longer than 16384 bytes\n` });
});

test('wrong usage is 2, and help is 0', () => {
	for (const words of [[], ['dance'], ['user', 'add'], ['--port', '1'], ['--data'], ['help', 'dance'],
		Array(17).fill('x'), ['user', 'add', 'a', '--org']]) {
		const got = kithctl(words);
		assert.equal(got.code, 2, words.join(' '));
		assert.equal(got.out, '');
		assert.match(got.err, /^kithctl: /);
	}
	for (const words of [['--help'], ['help'], ['help', 'user'], ['help', 'user', 'add'], ['--version'],
		['user', '--help'], ['user', 'add', '--help'], ['user', 'add', 'a', '--help'], ['token', 'a', '--help']]) {
		const got = kithctl(words);
		assert.equal(got.code, 0, words.join(' '));
		assert.equal(got.err, '');
		assert.ok(got.out.length > 0);
	}
});

test('what is echoed sends no control bytes', () => {
	const evil = 'a\x1b[2J\nb\u009b\x7f';
	for (const words of [[evil], [`--${evil}`], ['user', 'add', 'a', `--${evil}`], ['--data', newPath(), 'user', 'add', evil],
		['--data', newPath(), 'user', 'add', 'a', '--org', evil], ['--data', join(newPath(), evil), 'stats']]) {
		const got = kithctl(words);
		assert.notEqual(got.code, 0, words.join(' '));
		assert.doesNotMatch(got.err.replaceAll('\n', ''), /[\x00-\x1f\x7f-\x9f]/);
	}
	assert.equal(kithctl([evil]).err, 'kithctl: unknown command "a\\x1b[2J\\x0ab\\xc2\\x9b\\x7f"\nsee kithctl --help\n');
});

test('an answer that cannot be written is no success', { skip: !existsSync('/dev/full') }, () => {
	const got = spawnSync('sh', ['-c', '"$0" --version > /dev/full', KITHCTL], { encoding: 'utf8' });
	assert.equal(got.status, 3);
	assert.equal(got.stderr, 'kithctl: the answer could not be written\n');
});

// Plays a server in DATA that gives ANSWER; returns what kithctl did and what was asked.
async function withServer(data, answer, words) {
	const asked = [];
	mkdirSync(data);
	const server = createServer((socket) => {
		let line = '';
		socket.on('error', () => {});
		socket.on('data', (part) => {
			line += part;
			if (!line.endsWith('\n')) return;
			asked.push(JSON.parse(line));
			socket.end(answer);
		});
	});
	await new Promise((done) => server.listen(join(data, 'control'), done));
	try {
		const child = spawn(KITHCTL, ['--data', data, ...words], { cwd: folder, env: NO_KITH });
		const got = { code: null, out: '', err: '' };
		child.stdout.on('data', (part) => { got.out += part; });
		child.stderr.on('data', (part) => { got.err += part; });
		got.code = await new Promise((done) => child.on('close', done));
		return { got, asked };
	} finally {
		await new Promise((done) => server.close(done));
	}
}

test('a server is asked, with the contents of files, and its answer is passed on', async () => {
	const [data, file] = [newPath(), newPath()];
	const words = ['key', 'add', 'default', '--alg', 'EdDSA', '--public', file];
	writeFileSync(file, PUBLIC);
	const { got, asked } = await withServer(data, '{"exit":1,"out":"a\\tb\\n","err":"c\\n"}\n', words);
	assert.deepEqual(got, { code: 1, out: 'a\tb\n', err: 'c\n' });
	assert.deepEqual(asked, [{ args: words, files: [{ name: file, content: PUBLIC }] }]);
	assert.equal(existsSync(join(data, 'kith.db')), false);
});

test('a server that breaks off leaves the outcome open, and the files alone', async () => {
	for (const answer of ['', '{"exit":0', 'hello\n']) {
		const data = newPath();
		const { got } = await withServer(data, answer, ['user', 'add', 'alice']);
		assert.equal(got.code, 3);
		assert.equal(got.out, '');
		assert.match(got.err, /: whether the command ran is not known\n$/);
		assert.equal(existsSync(join(data, 'kith.db')), false);
	}
});

test('a store that somebody holds without answering is not touched', () => {
	const data = newPath();
	assert.equal(kithctl(['--data', data, 'user', 'add', 'alice']).code, 0);
	const got = spawnSync('flock', [join(data, 'kith.lock'), KITHCTL, '--data', data, 'user', 'list'],
		{ encoding: 'utf8', env: NO_KITH });
	assert.equal(got.status, 3);
	assert.equal(got.stderr,
		`kithctl: ${data}: another process uses it, but nobody answers on its control socket\n`);
});
