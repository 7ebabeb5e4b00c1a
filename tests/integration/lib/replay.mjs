// replay.mjs -- many texts from one kith to another, both of which are killed on the way.
//
// Alice's kith sends lines with an outbox, Bob's listens with a cursor into a file.
// Each is ended with SIGKILL in the middle, at a counted message, and started again
// as a person would: with the same files. Then everything is compared with the
// input, byte by byte, in order: both histories, and all that Bob's kith has printed.
import assert from 'node:assert/strict';
import { closeSync, existsSync, openSync, readFileSync, readSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Program } from './program.mjs';
import { newId, Rand } from './rand.mjs';
import { LOAD, Server } from './server.mjs';
import { within } from './wait.mjs';

const PATIENCE_MS = 1_200_000; // of a whole replay

function jsonLines(text) {
	return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line));
}

// Resolves when CHECK is true; it is asked again whenever something happens at PATH.
async function whenChanged(path, check, what) {
	let watcher;
	try {
		await within(new Promise((done) => {
			watcher = watch(path, () => { if (check()) done(); });
			if (check()) done();
		}), what, PATIENCE_MS);
	} finally {
		watcher.close();
	}
}

// Counts the whole lines of a file that grows, reading each byte once.
class LineCount {
	lines = 0;
	#at = 0;

	constructor(path) {
		this.path = path;
		this.fd = openSync(path, 'r');
	}

	#look() {
		const part = Buffer.alloc(1 << 20);
		for (let got = 1; got > 0; this.#at += got) {
			got = readSync(this.fd, part, 0, part.length, this.#at);
			for (let i = part.indexOf(10); i >= 0 && i < got; i = part.indexOf(10, i + 1)) this.lines++;
		}
	}

	until(count) {
		const check = () => {
			this.#look();
			return this.lines >= count;
		};
		return whenChanged(this.path, check, () => `${count} lines in ${this.path}, ${this.lines} are there`);
	}
}

class Replay {
	constructor(server, tokens, entries, rand) {
		this.server = server;
		this.entries = entries;
		this.env = (id) => ({ KITH_URL: server.url, KITH_TOKEN: tokens[id] });
		this.input = join(server.folder, 'input');
		this.heard = join(server.folder, 'heard');
		this.lines = entries.map(({ text }) => ({ to: 'bob', id: newId(rand), text }));
		writeFileSync(this.input, this.lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
		writeFileSync(this.heard, '');
	}

	listen() {
		const out = openSync(this.heard, 'a');
		const program = new Program('kith', ['listen', '--json', '--cursor', join(this.server.folder, 'place')],
			{ env: this.env('bob'), stdout: out });
		closeSync(out);
		return program;
	}

	#sender(stdin) {
		return new Program('kith', ['send', '--lines', '--json', '--outbox', join(this.server.folder, 'outbox')],
			{ env: this.env('alice'), stdin });
	}

	// Gets some of the lines and waits for more, which never come: it is still there to be killed.
	sendSome(count) {
		const program = this.#sender('pipe');
		program.child.stdin.on('error', () => {}); // it is killed while we write
		program.child.stdin.write(this.lines.slice(0, count).map((line) => `${JSON.stringify(line)}\n`).join(''));
		return program;
	}

	sendAll() {
		const input = openSync(this.input, 'r');
		const program = this.#sender(input);
		closeSync(input);
		return program;
	}

	async history(id, other) {
		const program = new Program('kith', ['history', other, '--all', '--json'], { env: this.env(id) });
		await program.endsWith(0, undefined, PATIENCE_MS);
		return program.lines.items.map((line) => JSON.parse(line));
	}
}

// A listener that has noted its place: whatever is sent from now on, it or its successor hears.
function untilListening(replay) {
	const place = join(replay.server.folder, 'place');
	return whenChanged(replay.server.folder, () => existsSync(place), 'the listener to note its place');
}

function assertResults(results, lines, entries) {
	assert.equal(results.length, lines.length, 'a result for each line');
	results.forEach((result, i) => {
		if (entries[i].isTooLarge) {
			assert.equal(result.ok, false);
			assert.equal(result.problem.code, 'too_large');
		} else {
			assert.equal(result.ok, true, JSON.stringify(result));
			assert.equal(result.message.id, lines[i].id);
		}
	});
}

function assertSame(messages, expected, who) {
	assert.equal(messages.length, expected.length, `${who}: as many as were sent`);
	messages.forEach((message, i) => {
		assert.equal(message.n, i + 1, who);
		assert.equal(message.id, expected[i].id, `${who}: message ${i + 1}`);
		assert.ok(Buffer.from(message.text).equals(expected[i].bytes), `${who}: text of message ${i + 1}`);
	});
}

/*
 * Replays ENTRIES (see fortunes.mjs); moments are drawn from SEED. Throws at the
 * first difference. returns { stored, refused, repeated }
 */
export async function replay(entries, { seed, env = {} }) {
	const moments = new Rand(seed);
	const server = await Server.start({ env: { ...LOAD, ...env } });
	const tokens = server.addPeople('alice', 'bob');
	const it = new Replay(server, tokens, entries, new Rand(seed ^ Date.now()));
	const count = entries.length;
	const heard = new LineCount(it.heard);

	let listener = it.listen();
	await untilListening(it);
	let sender = it.sendSome(Math.floor(count * 0.75));
	await heard.until(moments.between(Math.floor(count * 0.2), Math.floor(count * 0.4)));
	assert.equal((await listener.end('SIGKILL')).signal, 'SIGKILL', listener.stderr);
	const enough = moments.between(Math.floor(count * 0.4), Math.floor(count * 0.7));
	await sender.lines.until((lines) => lines.length >= enough, `${enough} results`, PATIENCE_MS);
	assert.equal((await sender.end('SIGKILL')).signal, 'SIGKILL', sender.stderr);

	listener = it.listen();
	sender = it.sendAll();
	const code = entries.some(({ isTooLarge }) => isTooLarge) ? 1 : 0;
	await sender.endsWith(code, undefined, PATIENCE_MS);
	const results = jsonLines(sender.lines.items.join('\n'));
	assertResults(results, it.lines, entries);

	const expected = entries.map(({ bytes }, i) => ({ bytes, id: it.lines[i].id })).filter((_, i) => !entries[i].isTooLarge);
	await heard.until(expected.length);
	closeSync(heard.fd);
	await listener.endsWith(0, 'SIGINT');
	assertSame(jsonLines(readFileSync(it.heard, 'utf8')), expected, 'what Bob heard');
	assertSame(await it.history('alice', 'bob'), expected, "Alice's history");
	assertSame(await it.history('bob', 'alice'), expected, "Bob's history");
	assert.deepEqual(server.verify(), { conversations: 1, entries: expected.length });
	await server.stop();
	return { stored: expected.length, refused: entries.length - expected.length,
		repeated: results.filter((result) => result.repeated).length };
}
