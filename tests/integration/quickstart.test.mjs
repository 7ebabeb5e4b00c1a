// quickstart.test.mjs -- does README's first message work when it is typed as it stands?
//
// Takes the sh blocks below "## First message" and types their lines into terminals
// of their own, in a folder where build/ holds this build's programs and scripts/run
// has started the server as make run does. Only the address is another: a free port.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { assertNoReport, environment, programPath } from './lib/program.mjs';
import { newFolder } from './lib/server.mjs';
import { Growing, within } from './lib/wait.mjs';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const ADDRESS = 'http://127.0.0.1:8480';

const folder = newFolder();
const terminals = [];

after(() => {
	for (const terminal of terminals) terminal.kill();
});

// A shell of its own, as a person has it: lines go in, everything that is said is kept.
class Terminal {
	said = new Growing();
	text = '';

	constructor(command, args, env = {}) {
		this.child = spawn(command, args, { cwd: folder, env: environment(env), detached: true });
		terminals.push(this);
		for (const stream of [this.child.stdout, this.child.stderr]) {
			stream.setEncoding('utf8');
			stream.on('data', (part) => {
				this.text += part;
				this.said.add(part);
			});
		}
		this.child.stdin.on('error', () => {});
		this.ended = new Promise((done) => this.child.on('close', (code, signal) => {
			this.isEnded = true;
			this.said.end(new Error(`the terminal has ended: ${this.text}`));
			done({ code, signal });
		}));
	}

	type(lines) {
		this.child.stdin.write(`${lines}\n`);
	}

	// What PATTERN finds in all that was said, once it is there.
	async sees(pattern) {
		return this.said.until(() => pattern.exec(this.text) ?? undefined, `${pattern} in ${JSON.stringify(this.text)}`);
	}

	interrupt() { // Ctrl-C
		process.kill(-this.child.pid, 'SIGINT');
	}

	// Ctrl-D; its end.
	async leave() {
		this.child.stdin.end();
		const end = await within(this.ended, () => `the end of a terminal: ${this.text}`);
		assertNoReport(this.text, 'a terminal');
		return end;
	}

	kill() {
		if (this.isEnded) return;
		try {
			process.kill(-this.child.pid, 'SIGKILL');
		} catch { /* it has just ended */ }
	}
}

function newTerminal() {
	return new Terminal('bash', []);
}

// README's part, its sh blocks, and the commands within its sentences.
function readQuickstart() {
	const [, part] = /^## First message\n(.*?)^## /ms.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'));
	const blocks = [...part.matchAll(/^```sh\n(.*?)\n```$/gms)].map((match) => match[1]);
	const sentences = part.replace(/^```.*?^```$/gms, '');
	const commands = [...sentences.matchAll(/`(build\/[^`]+)`/g)].map((match) => match[1]);
	return { blocks, commands };
}

// make run, but for the building.
async function startServer() {
	mkdirSync(join(folder, 'build'));
	mkdirSync(join(folder, 'scripts'));
	for (const name of ['kithd', 'kithctl', 'kith']) symlinkSync(programPath(name), join(folder, 'build', name));
	copyFileSync(join(ROOT, 'scripts/run'), join(folder, 'scripts/run'));
	const terminal = new Terminal(join(folder, 'scripts/run'), [], { KITH_LISTEN: '127.0.0.1:0', KITH_LOG_LEVEL: 'warn' });
	const [, address] = await terminal.sees(/^kithd ready (http:\/\/127\.0\.0\.1:\d+)$/m);
	return { terminal, address };
}

test("README's lines bring a first message and its answer between two terminals", async (t) => {
	const { blocks, commands } = readQuickstart();
	const find = (word) => {
		const found = blocks.find((block) => block.includes(word));
		assert.ok(found, `README has a block with ${word}`);
		return found;
	};
	const listen = find('build/kith listen');
	const send = find('build/kith send');
	const curl = find('curl');
	assert.equal(blocks.length, 3, 'every block is typed here');
	const answer = commands.find((command) => command.startsWith('build/kith send alice'));
	const addDave = commands.find((command) => command.endsWith('user add dave'));
	assert.ok(answer && addDave, commands.join('\n'));
	assert.ok(listen.includes(ADDRESS) && send.includes(ADDRESS));

	const { terminal: server, address } = await startServer();
	const here = (lines) => lines.replaceAll(ADDRESS, address);

	// Bob listens. Dave, whom README adds, writes until he hears: only then he is there.
	const bob = newTerminal();
	bob.type(here(listen));
	const dave = newTerminal();
	dave.type(addDave);
	await dave.sees(/^user dave$/m);
	dave.type(here(send).split('\n').slice(0, 2).join('\n').replaceAll('alice', 'dave'));
	for (let i = 1; !/dave: /.test(bob.text); i++) {
		dave.type(`build/kith send bob "Are you there?"`);
		await dave.sees(new RegExp(`n=${i} `));
	}
	assert.equal((await dave.leave()).code, 0);

	const alice = newTerminal();
	alice.type(here(send));
	await alice.sees(/^n=1 id=[0-9a-f-]{36}$/m);
	await bob.sees(/\] alice: Hello Bob$/m);
	await alice.sees(/\] alice: Hello Bob$/m); // her history

	bob.interrupt();
	bob.type(answer);
	await bob.sees(/^n=2 id=[0-9a-f-]{36}$/m);
	alice.type('build/kith history bob');
	await alice.sees(/\] alice: Hello Bob\n\[[^\]]+\] bob: Hello Alice$/m);

	await t.test('and over HTTP without any library', { skip: existsSync('/usr/bin/curl') ? false : 'curl is not installed' }, async () => {
		alice.type(curl);
		await alice.sees(/\{"id":"[0-9a-f-]{36}",[^\n]*"n":3,"from":"alice",[^\n]*"text":"Hello from curl"/);
	});

	assert.equal((await alice.leave()).code, 0, alice.text);
	assert.equal((await bob.leave()).code, 0, bob.text);
	server.interrupt();
	assert.deepEqual(await server.leave(), { code: 0, signal: null }, server.text);
});

test('R-100 make run makes three people once, and shows their passwords then and never again', async () => {
	const env = { KITH_LISTEN: '127.0.0.1:0', KITH_LOG_LEVEL: 'warn', KITH_DATA: join(folder, 'people') };
	const first = new Terminal(join(folder, 'scripts/run'), [], env);
	await first.sees(/Ctrl-C/);
	const passwords = [...first.text.matchAll(/^ {2}(alice|bob|carol) +([A-Za-z0-9-]{8,})$/gm)];
	assert.deepEqual(passwords.map((match) => match[1]), ['alice', 'bob', 'carol'], first.text);
	assert.equal(new Set(passwords.map((match) => match[2])).size, 3);
	const [, address] = await first.sees(/^kithd ready (http:\/\/\S+)$/m);
	for (const [, username, password] of passwords) {
		const answer = await fetch(`${address}/v1/sessions`, { method: 'POST',
			headers: { 'content-type': 'application/json' }, body: JSON.stringify({ user: username, password }) });
		assert.equal(answer.status, 200, await answer.text());
	}
	first.interrupt();
	assert.deepEqual(await first.leave(), { code: 0, signal: null }, first.text);
	const second = new Terminal(join(folder, 'scripts/run'), [], env);
	await second.sees(/Ctrl-C/);
	for (const [, , password] of passwords) assert.ok(!second.text.includes(password));
	assert.doesNotMatch(second.text, /shown this once/);

	const port = /:(\d+)$/m.exec(/^kithd ready \S+$/m.exec(second.text)[0])[1];
	const third = new Terminal(join(folder, 'scripts/run'), [], { ...env, KITH_LISTEN: `127.0.0.1:${port}`,
		KITH_DATA: join(folder, 'others') });
	const end = await third.leave();
	assert.notEqual(end.code, 0);
	assert.match(third.text, new RegExp(`Port ${port} is in use[^]*KITH_LISTEN=127.0.0.1:${Number(port) + 1} make run`));
	second.interrupt();
	assert.deepEqual(await second.leave(), { code: 0, signal: null }, second.text);
});

test('make run prints lines that can be typed as well', async () => {
	const again = new Terminal(join(folder, 'scripts/run'), [], { KITH_LISTEN: '127.0.0.1:0', KITH_LOG_LEVEL: 'warn' });
	const [, listen, send] = await again.sees(/^ +(KITH_URL=\S+ .* listen)$[^]*^ +(KITH_URL=\S+ .* send .*)$[^]*Ctrl-C/m);
	const alice = newTerminal();
	alice.type(send);
	await alice.sees(/^n=\d+ id=[0-9a-f-]{36}$/m);
	assert.equal((await alice.leave()).code, 0);
	const bob = newTerminal();
	bob.type(listen);
	const other = newTerminal();
	for (let i = 1; !/alice: /.test(bob.text); i++) {
		other.type(send);
		await other.sees(new RegExp(`(n=\\d+ id=\\S+\\s+){${i}}`));
	}
	other.kill();
	bob.interrupt();
	assert.equal((await bob.leave()).code, 0, bob.text);
	again.interrupt();
	assert.deepEqual(await again.leave(), { code: 0, signal: null }, again.text);
});
