// run.mjs -- runs every test there is and says what came of it.
//
//   node tests/run.mjs --build build/asan [--suite unit,store] [--jobs 2] [WORD…]
//
// A test is a program test_* or replay_* under the build folder's tests/ and fuzz/,
// or a file tests/**/*.test.mjs; its suite is the first folder below tests/ (fuzz/
// is corpora). All speak TAP. A WORD keeps only the tests whose path has it. The
// output goes to BUILD/test-logs; failures are printed whole, skips with their
// reason, and the last line is always "N passed, N failed, N skipped". Exit 1 when
// one failed, one hung, or none ran.
import { spawn } from 'node:child_process';
import {
	accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readTap } from './tap.mjs';

// In this order; a suite that needs the machine for itself runs one test at a time.
const SUITES = [
	{ name: 'house' }, { name: 'unit' }, { name: 'corpora' }, { name: 'store' },
	{ name: 'transcripts' }, { name: 'integration', isAlone: true },
];
const TIMEOUT_S = { integration: 600, corpora: 600, house: 300 };
const TIMEOUT_STANDARD_S = 180;
const PRINTED_MAX = 20000; // characters of one failed test's output

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function walk(folder) {
	if (!existsSync(folder)) return [];
	return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) return entry.name === 'CMakeFiles' || entry.name === 'node_modules' ? [] : walk(path);
		return entry.isFile() ? [path] : [];
	});
}

function isProgram(path) {
	if (!/^(test|replay)_\w+$/.test(basename(path))) return false;
	try {
		accessSync(path, constants.X_OK);
		return statSync(path).isFile();
	} catch {
		return false;
	}
}

function discover(build) {
	const found = (path, top) => {
		const [first, second] = relative(top, path).split('/');
		return { path, suite: first === 'fuzz' ? 'corpora' : second };
	};
	const programs = ['tests', 'fuzz'].flatMap((folder) => walk(join(build, folder))).filter(isProgram)
		.map((path) => ({ ...found(path, build), command: [path] }));
	const scripts = walk(join(root, 'tests')).filter((path) => path.endsWith('.test.mjs'))
		.map((path) => ({ ...found(path, root),
			command: [process.execPath, '--test-reporter=tap', path] }));
	return [...programs, ...scripts].sort((a, b) => (a.path < b.path ? -1 : 1));
}

// One folder for everything that tests leave behind, also those that were stopped; a short
// path, as a Unix socket's address has little room.
const temporary = mkdtempSync(join(tmpdir(), 'kith-test-'));

function environment(build) {
	return {
		...process.env,
		TMPDIR: temporary,
		CMOCKA_MESSAGE_OUTPUT: 'TAP',
		KITH_BUILD_DIR: build, // where kithd and the other programs of this build are
		ASAN_OPTIONS: 'abort_on_error=1:detect_stack_use_after_return=1:strict_string_checks=1',
		UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1',
		TSAN_OPTIONS: 'halt_on_error=1:second_deadlock_stack=1',
	};
}

// Runs one test to its end or its time; never rejects.
function run(test, build) {
	const limit = TIMEOUT_S[test.suite] ?? TIMEOUT_STANDARD_S;
	return new Promise((done) => {
		const output = [];
		let isLate = false;
		const [program, ...args] = test.command;
		const child = spawn(program, args, { cwd: root, env: environment(build), detached: true,
			stdio: ['ignore', 'pipe', 'pipe'] });
		const stop = () => {
			try {
				process.kill(-child.pid, 'SIGKILL'); // and whatever it started
			} catch { /* it has ended already */ }
		};
		const timer = setTimeout(() => { isLate = true; stop(); }, limit * 1000);
		child.stdout.on('data', (data) => output.push(data));
		child.stderr.on('data', (data) => output.push(data));
		child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)));
		child.on('close', (code, signal) => {
			clearTimeout(timer);
			stop();
			const text = Buffer.concat(output).toString('utf8');
			done({ test, text, ...judge(readTap(text), { code, signal, isLate, limit }) });
		});
	});
}

// What a run is worth: its own results, and one failure more when the run itself went wrong.
function judge(tap, { code, signal, isLate, limit }) {
	const failed = tap.failed.slice();
	if (isLate) failed.push(`did not end within ${limit} s`);
	else if (signal) failed.push(`was ended by ${signal}`);
	else if (code !== 0 && failed.length === 0) failed.push(`exit code ${code}`);
	else if (tap.planned !== tap.seen) failed.push(`planned ${tap.planned} tests, ran ${tap.seen}`);
	else if (tap.seen === 0 && tap.skipped.length === 0) failed.push('ran nothing');
	return { passed: tap.passed, failed, skipped: tap.skipped };
}

async function runSuite(suite, tests, build, jobs, logs) {
	const results = [];
	const waiting = tests.slice();
	const worker = async () => {
		for (let test = waiting.shift(); test; test = waiting.shift()) {
			const result = await run(test, build);
			results.push(result);
			writeFileSync(join(logs, `${suite.name}-${basename(test.path)}.log`), result.text);
		}
	};
	const started = Date.now();
	await Promise.all(Array.from({ length: suite.isAlone ? 1 : jobs }, worker));
	const passed = results.reduce((sum, result) => sum + result.passed, 0);
	console.log(`${suite.name}: ${tests.length} programs, ${passed} tests passed, ${
		((Date.now() - started) / 1000).toFixed(1)} s`);
	return results.sort((a, b) => (a.test.path < b.test.path ? -1 : 1));
}

function report(results) {
	const sum = { passed: 0, failed: 0, skipped: 0 };
	for (const { test, text, passed, failed, skipped } of results) {
		const name = relative(root, test.path);
		sum.passed += passed;
		sum.failed += failed.length;
		sum.skipped += skipped.length;
		for (const skip of skipped) console.log(`skipped ${name}: ${skip}`);
		if (failed.length === 0) continue;
		console.log(`\n---- ${name}`);
		console.log(text.length > PRINTED_MAX ? `…${text.slice(-PRINTED_MAX)}` : text.trimEnd());
		for (const failure of failed) console.log(`failed ${name}: ${failure}`);
	}
	console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
	return sum;
}

async function main() {
	const { values, positionals } = parseArgs({ allowPositionals: true, options: {
		build: { type: 'string', default: 'build/asan' }, suite: { type: 'string' },
		jobs: { type: 'string', default: '2' } } });
	const build = resolve(values.build);
	const logs = join(build, 'test-logs');
	rmSync(logs, { recursive: true, force: true });
	mkdirSync(logs, { recursive: true });

	const wanted = values.suite?.split(',') ?? SUITES.map((suite) => suite.name);
	const all = discover(build);
	const strays = all.filter((test) => !SUITES.some((suite) => suite.name === test.suite));
	for (const stray of strays) console.log(`in no suite: ${relative(root, stray.path)}`);
	const tests = all.filter((test) => wanted.includes(test.suite)
		&& (positionals.length === 0 || positionals.some((word) => test.path.includes(word))));

	const results = [];
	for (const suite of SUITES) {
		const own = tests.filter((test) => test.suite === suite.name);
		if (own.length > 0) results.push(...await runSuite(suite, own, build, Number(values.jobs), logs));
	}
	const sum = report(results);
	return sum.failed > 0 || strays.length > 0 || sum.passed === 0 ? 1 : 0;
}

try {
	process.exitCode = await main();
} finally {
	rmSync(temporary, { recursive: true, force: true });
}
