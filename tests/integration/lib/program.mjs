// program.mjs -- a program of the build as a child process: its lines, its end.
//
// Keeps what it said, hands out its lines as they come, and tells a sanitizer's
// report from ordinary errors. Ends nothing by name; every child that is started
// here is killed when the test's process ends.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { after } from 'node:test';
import { Growing, within } from './wait.mjs';

export const BUILD = resolve(process.env.KITH_BUILD_DIR ?? 'build/asan');

const REPORT = /\w+Sanitizer|runtime error:|kith: broken promise/;
// The surroundings may configure a server of their own; the tests' ones are ours.
const ENVIRONMENT = Object.fromEntries(Object.entries(process.env)
	.filter(([key]) => !key.startsWith('KITH_') && !key.startsWith('NODE_TEST')));
const running = new Set();

function killAll() {
	for (const child of running) child.kill('SIGKILL');
}

// A test that failed leaves its programs behind; its file must end all the same.
if (process.argv[1]?.endsWith('.test.mjs')) after(killAll);
process.on('exit', killAll);

export function programPath(name) {
	return `${BUILD}/${name}`;
}

export function environment(extra = {}) {
	return { ...ENVIRONMENT, ...extra };
}

export function assertNoReport(stderr, who) {
	assert.doesNotMatch(stderr, REPORT, `${who} reports`);
}

// Runs NAME to its end. Throws when it does not end or a sanitizer reports.
export function run(name, args, { env = {}, input, cwd, limit_ms = 60_000 } = {}) {
	const done = spawnSync(programPath(name), args, { encoding: 'utf8', timeout: limit_ms, input, cwd,
		env: environment(env), maxBuffer: 1 << 30 });
	if (done.error) throw done.error;
	assertNoReport(done.stderr, name);
	return { code: done.status, out: done.stdout, err: done.stderr };
}

export class Program {
	lines = new Growing(); // of stdout, without their ends
	stderr = '';
	errors = new Growing(); // lines of stderr

	/*
	 * stdin    'pipe' (write to .child.stdin) or 'ignore'; a file's descriptor
	 * stdout   'pipe', or a file's descriptor: then there are no lines
	 */
	constructor(name, args, { env = {}, cwd, stdin = 'ignore', stdout = 'pipe' } = {}) {
		this.name = name;
		this.child = spawn(programPath(name), args, { env: environment(env), cwd,
			stdio: [stdin, stdout, 'pipe'] });
		running.add(this.child);
		this.#read(this.child.stdout, this.lines, () => {});
		this.#read(this.child.stderr, this.errors, (part) => { this.stderr += part; });
		this.exited = new Promise((done) => {
			this.child.on('error', (error) => done({ code: null, signal: null, error }));
			this.child.on('close', (code, signal) => done({ code, signal }));
		}).then((end) => {
			running.delete(this.child);
			const error = new Error(`${name} has ended (${end.code ?? end.signal ?? end.error}): ${this.stderr.slice(-4000)}`);
			this.lines.end(error);
			this.errors.end(error);
			return end;
		});
	}

	get pid() {
		return this.child.pid;
	}

	#read(stream, lines, onPart) {
		if (!stream) return;
		let rest = '';
		stream.setEncoding('utf8');
		stream.on('data', (part) => {
			onPart(part);
			const cut = (rest + part).split('\n');
			rest = cut.pop();
			for (const line of cut) lines.add(line);
		});
	}

	// The first line that matches PATTERN, as its match.
	line(pattern, limit_ms) {
		return this.lines.until((lines) => {
			for (const line of lines) {
				const match = pattern.exec(line);
				if (match) return match;
			}
			return undefined;
		}, `a line ${pattern} of ${this.name}`, limit_ms);
	}

	signal(name) {
		this.child.kill(name);
	}

	/*
	 * Its end, after SIGNAL if one is named: { code, signal }. Throws when it does
	 * not end, or a sanitizer reported.
	 */
	async end(signal, limit_ms) {
		if (signal) this.child.kill(signal);
		const end = await within(this.exited, () => `the end of ${this.name}: ${this.stderr.slice(-4000)}`, limit_ms);
		if (end.error) throw end.error;
		assertNoReport(this.stderr, this.name);
		return end;
	}

	async endsWith(code, signal, limit_ms) {
		const end = await this.end(signal, limit_ms);
		assert.deepEqual(end, { code, signal: null }, `${this.name}: ${this.stderr.slice(-4000)}`);
	}
}
