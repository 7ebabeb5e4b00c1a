// load_selftest.test.mjs -- does kithload see what goes wrong?
//
// Runs the load against its own relay: honest, then with each fault planted, which
// must be found under its own name and fail the run. Then what it must refuse.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const KITHLOAD = join(process.env.KITH_BUILD_DIR ?? 'build', 'kithload');
const KEYS = ['acked', 'delivered', 'lost', 'duplicated', 'reordered', 'rate',
	'server_cpu_us_per_message', 'p50_ms', 'p99_ms', 'corrupted', 'refused', 'errors', 'clients',
	'window', 'seconds', 'ack_p50_ms', 'ack_p99_ms'];
const BROKEN = ['lost', 'duplicated', 'reordered', 'corrupted', 'errors'];
const SMALL = ['--clients', '8', '--window', '8', '--seconds', '1', '--warmup', '0', '--json'];

const folder = mkdtempSync(join(tmpdir(), 'kithload-'));
after(() => rmSync(folder, { recursive: true }));

function load(...args) {
	const done = spawnSync(KITHLOAD, args, { encoding: 'utf8', timeout: 120_000 });
	return { code: done.status, out: done.stdout, err: done.stderr };
}

function figures(run) {
	assert.equal(run.out.trim().split('\n').length, 1, `one line, not: ${run.out}${run.err}`);
	return JSON.parse(run.out);
}

function assertNothingBroken(run) {
	const got = figures(run);
	assert.equal(run.code, 0, run.err);
	assert.ok(got.acked > 0);
	assert.equal(got.delivered, got.acked);
	for (const key of [...BROKEN, 'refused']) assert.equal(got[key], 0, key);
	return got;
}

// A relay of its own process: gives its address to BODY, and ends it afterwards.
async function withRelay(body) {
	const relay = spawn(KITHLOAD, ['relay'], { stdio: ['ignore', 'pipe', 'inherit'] });
	const ended = new Promise((done) => relay.on('exit', (code) => done(code)));
	try {
		let said = '';
		for await (const part of relay.stdout) {
			said += part;
			if (said.includes('\n')) break;
		}
		const url = /^kithload relay ready (http:\/\/\S+)\n/.exec(said)?.[1];
		assert.ok(url, said);
		await body(url, relay);
	} finally {
		relay.kill('SIGTERM');
	}
	return ended;
}

function tokensFile(count) {
	const path = join(folder, `tokens-${count}`);
	writeFileSync(path, Array.from({ length: count }, (_, i) => `u${i} u${i}\n`).join(''));
	return path;
}

test('an honest relay breaks no promise, and every figure is there', () => {
	const got = assertNothingBroken(load('flood', '--relay', ...SMALL));
	assert.deepEqual(Object.keys(got), KEYS);
	assert.equal(got.clients, 8);
	assert.equal(got.window, 8);
	assert.ok(got.rate > 0 && got.p50_ms > 0 && got.p99_ms >= got.p50_ms);
	assert.ok(got.ack_p99_ms >= got.ack_p50_ms);
	assert.equal(typeof got.server_cpu_us_per_message, 'number');
});

const FAULTS = [
	{ fault: 'drop', shows: ['lost'], args: ['--drain', '2'] },
	{ fault: 'double', shows: ['duplicated'] },
	{ fault: 'swap', shows: ['reordered'], args: ['--drain', '2'] },
	{ fault: 'corrupt', shows: ['corrupted', 'lost'], args: ['--drain', '2'] },
	{ fault: 'number', shows: ['reordered'] },
];

for (const { fault, shows, args = [] } of FAULTS) {
	test(`the fault ${fault} shows as ${shows.join(' and ')}, and fails the run`, () => {
		const run = load('flood', '--relay', '--relay-fault', fault, ...SMALL, ...args);
		const got = figures(run);
		assert.equal(run.code, 1);
		for (const key of BROKEN) {
			if (shows.includes(key)) assert.ok(got[key] > 0, `${key} is ${got[key]}`);
			// The last event of a pair may wait for one behind it that never comes.
			else if (!(fault === 'swap' && key === 'lost')) assert.equal(got[key], 0, key);
		}
	});
}

test('real text, with escapes, controls and many scripts, arrives as it was sent', () => {
	const path = join(folder, 'text');
	writeFileSync(path, 'plain\n"quoted" \\ back\t\u001b[31mred\u0001\n日本語 🎉 \u2028 üñí\n\nа́бв\n');
	assertNothingBroken(load('flood', '--relay', '--text', path, ...SMALL));
});

test('the largest and the smallest message arrive as they were sent', () => {
	for (const size of ['58', '16384']) {
		assertNothingBroken(load('flood', '--relay', '--size', size, ...SMALL));
	}
});

test('a server at an address is loaded as users of a file, and its process is found', async () => {
	const code = await withRelay((url) => {
		const got = assertNothingBroken(load('flood', '--url', url, '--tokens', tokensFile(8), ...SMALL));
		assert.equal(typeof got.server_cpu_us_per_message, 'number');
	});
	assert.equal(code, 0);
});

test('a server that dies under load ends the run with an error for each client', async () => {
	await withRelay(async (url, relay) => {
		const flood = spawn(KITHLOAD, ['flood', '--url', url, '--tokens', tokensFile(8), '--clients', '8',
			'--seconds', '60', '--json']);
		let out = '';
		let err = '';
		flood.stdout.on('data', (part) => { out += part; });
		flood.stderr.on('data', (part) => {
			err += part;
			if (err.includes('8 clients connected')) relay.kill('SIGKILL');
		});
		const code = await new Promise((done) => flood.on('close', done));
		assert.equal(code, 1, err);
		assert.equal(JSON.parse(out).errors, 8);
		assert.match(err, /the connection ended/);
	});
});

const REFUSED = [
	{ name: 'another machine', code: 3, says: /only loopback/,
		args: ['flood', '--url', 'http://192.0.2.1:8480', '--tokens', '/dev/null'] },
	{ name: 'every address of this machine', code: 3, says: /only loopback/,
		args: ['relay', '--listen', '0.0.0.0:0'] },
	{ name: 'an odd number of clients', code: 2, says: /even/, args: ['flood', '--relay', '--clients', '3'] },
	{ name: 'more than 15,000 clients', code: 2, says: /2 to 15000/,
		args: ['flood', '--relay', '--clients', '15002'] },
	{ name: 'a window above 64', code: 2, says: /1 to 64/, args: ['flood', '--relay', '--window', '65'] },
	{ name: 'more than 600 seconds', code: 2, says: /1 to 600/, args: ['flood', '--relay', '--seconds', '601'] },
	{ name: 'a flood of nothing', code: 2, says: /needs --url/, args: ['flood'] },
	{ name: 'fewer users than clients', code: 3, says: /fewer users/,
		args: ['flood', '--url', 'http://127.0.0.1:1', '--tokens', '/dev/null'] },
	{ name: 'an unknown option', code: 2, says: /no option "--nonsense"/, args: ['flood', '--nonsense'] },
	{ name: 'no command', code: 2, says: /a command is needed/, args: [] },
	{ name: 'a short secret', code: 3, says: /at least 32 bytes/,
		args: ['tokens', '--kid', 'k', '--secret', 'AAAA', '--users', '1'] },
];

for (const { name, code, says, args } of REFUSED) {
	test(`${name} is refused with a sentence`, () => {
		const run = load(...args);
		assert.equal(run.code, code);
		assert.match(run.err, says);
		assert.equal(run.out, '');
	});
}

test('tokens are made for as many users as asked, each a JWT of three parts', () => {
	const run = load('tokens', '--kid', 'hs-1', '--secret', 'A'.repeat(43), '--users', '3');
	assert.equal(run.code, 0, run.err);
	const lines = run.out.trim().split('\n');
	assert.equal(lines.length, 3);
	lines.forEach((line, i) => {
		assert.match(line, /^u\d [\w-]+\.[\w-]+\.[\w-]+$/);
		const [, token] = line.split(' ');
		const [header, claims] = token.split('.').slice(0, 2)
			.map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')));
		assert.equal(header.kid, 'hs-1');
		assert.equal(claims.sub, `u${i}`);
		assert.equal(claims.exp - claims.iat, 43200);
	});
});
