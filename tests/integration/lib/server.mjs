// server.mjs -- a kithd of one's own, on a fresh directory and a free port.
//
// Starts it, stops it politely or with SIGKILL, starts it again on the same data.
// Every end is looked at: its exit code, and no report of a sanitizer. People and
// tokens are made here too, with a key of the data directory.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program, run } from './program.mjs';

// The limits raised for a load that one person or one address would not make.
export const LOAD = {
	KITH_LIMIT_CALLS_USER: '1000000/s',
	KITH_LIMIT_SENDS_USER: '1000000/s',
	KITH_LIMIT_TYPING_USER: '1000000/s',
	KITH_LIMIT_SENDS_CONVERSATION: '1000000/s',
	KITH_LIMIT_SENDS_ORGANIZATION: '1000000/s',
	KITH_LIMIT_CALLS_ADDRESS: '1000000/s',
	KITH_LIMIT_SIGNINS_ADDRESS: '1000000/s',
	KITH_LIMIT_CONNECTIONS_ADDRESS: '1000000',
};

const folders = [];

process.on('exit', () => {
	for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

// A folder that is gone when the test's process ends.
export function newFolder() {
	folders.push(mkdtempSync(join(tmpdir(), 'kith-')));
	return folders.at(-1);
}

// A port at which nobody listens now.
export async function freePort() {
	const probe = createServer();
	await new Promise((done) => probe.listen(0, '127.0.0.1', done));
	const { port } = probe.address();
	await new Promise((done) => probe.close(done));
	return port;
}

function base64url(text) {
	return Buffer.from(text).toString('base64url');
}

// A token of SUBJECT, signed with an HS256 key as kithctl prints it.
export function signToken({ kid, secret }, subject, claims = {}) {
	const now_s = Math.floor(Date.now() / 1000);
	const head = base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT', kid }));
	const body = base64url(JSON.stringify({ sub: subject, iat: now_s, exp: now_s + 12 * 3600, ...claims }));
	const signature = createHmac('sha256', Buffer.from(secret, 'base64url')).update(`${head}.${body}`);
	return `${head}.${body}.${signature.digest('base64url')}`;
}

export class Server {
	#options;
	#key = null;

	constructor(options) {
		this.#options = options;
		this.folder = options.folder ?? newFolder();
		this.data = options.data ?? join(this.folder, 'data');
	}

	/*
	 * options  data, folder  directories; fresh ones if they are left out
	 *          host          the address to serve at, 127.0.0.1
	 *          port          0 for a free one
	 *          tls           { cert, key }: files; without them it speaks plain
	 *          env           KITH_… of the configuration
	 *          program       another server than kithd
	 */
	static async start(options = {}) {
		const server = new Server(options);
		await server.start();
		return server;
	}

	async start() {
		const { host = '127.0.0.1', port = 0, tls, env = {}, program = 'kithd' } = this.#options;
		const files = tls ? { KITH_TLS_CERT: tls.cert, KITH_TLS_KEY: tls.key } : {};
		const ready = tls ? /^kithd ready (https:\/\/[\d.]+:(\d+))$/ : /^kithd ready (http:\/\/[\d.]+:(\d+))$/;
		this.program = new Program(program, [], { env: { KITH_DATA: this.data,
			KITH_LISTEN: `${host}:${port}`, KITH_LOG_LEVEL: 'warn', ...files, ...env } });
		const [, url, number] = await this.program.line(ready);
		this.url = url;
		this.port = Number(number);
	}

	get pid() {
		return this.program.pid;
	}

	get socketUrl() {
		return `${this.url.replace(/^http/, 'ws')}/v1/socket`;
	}

	async stop() {
		await this.program.endsWith(0, 'SIGTERM');
	}

	async kill() {
		const end = await this.program.end('SIGKILL');
		assert.equal(end.signal, 'SIGKILL', this.program.stderr.slice(-4000));
	}

	// Runs kithctl on the data, whether the server runs or not.
	kithctl(...args) {
		return run('kithctl', ['--data', this.data, ...args]);
	}

	// The same, and it has to work: its stdout.
	admin(...args) {
		const done = this.kithctl(...args);
		assert.equal(done.code, 0, `kithctl ${args.join(' ')}: ${done.err}${done.out}`);
		return done.out;
	}

	// Adds users, and gives a token for each, by id.
	addPeople(...ids) {
		if (!this.#key) {
			const [, kid, secret] = /^kid (\S+)\nsecret (\S+)\n$/.exec(
				this.admin('key', 'add', 'default', '--alg', 'HS256'));
			this.#key = { kid, secret };
		}
		const tokens = {};
		for (const id of ids) {
			this.admin('user', 'add', id);
			tokens[id] = signToken(this.#key, id);
		}
		return tokens;
	}

	token(id, claims) {
		return signToken(this.#key, id, claims);
	}

	// The audit: { conversations, entries }. Throws when anything is wrong.
	verify() {
		const out = this.admin('verify');
		const match = /^conversations=(\d+) entries=(\d+) violations=0\n$/.exec(out);
		assert.ok(match, out);
		return { conversations: Number(match[1]), entries: Number(match[2]) };
	}

	stats() {
		return Object.fromEntries(this.admin('stats').trim().split('\n')
			.map((line) => line.split('=')).map(([key, value]) => [key, Number(value)]));
	}

	// One kith with the user's token: { code, out, err }.
	kith(token, ...args) {
		return run('kith', args, { env: { KITH_URL: this.url, KITH_TOKEN: token } });
	}
}
