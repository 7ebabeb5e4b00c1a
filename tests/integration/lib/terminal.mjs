// terminal.mjs -- a program of the build on a terminal, and what stands on it.
//
// Understands just what kith sends: places, clearing, styles, the second page. A test
// waits for rows to look as they should; what comes in between does not matter.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after } from 'node:test';
import { assertNoReport, environment, programPath } from './program.mjs';
import { Growing, within } from './wait.mjs';

const CSI = /^\x1b\[([?\d;]*)([A-Za-z])/; // eslint-disable-line no-control-regex

const running = new Set();

function killAll() {
	for (const child of running) child.kill('SIGTERM');
}

// A test that failed leaves its terminals behind; its file must end all the same.
if (process.argv[1]?.endsWith('.test.mjs')) after(killAll);
process.on('exit', killAll);

export class Terminal {
	rows = [];
	raw = '';
	isSecondPage = false;
	#row = 0;
	#column = 0;
	#style = '';
	#rest = '';
	#changes = new Growing();

	constructor(name, args, { env = {}, columns = 60, rows = 12 } = {}) {
		this.name = name;
		this.height = rows;
		this.child = spawn(programPath('tests/integration/pty'),
			[String(columns), String(rows), programPath(name), ...args],
			{ env: environment({ TERM: 'xterm', ...env }), stdio: ['pipe', 'pipe', 'inherit'] });
		running.add(this.child);
		this.clear();
		this.child.stdout.setEncoding('utf8');
		this.child.stdout.on('data', (part) => {
			this.raw += part;
			this.#rest += part;
			this.#take();
			this.#changes.add(this.rows.map((cells) => cells.map((cell) => cell.text).join('')));
		});
		this.exited = new Promise((done) => {
			this.child.on('close', (code) => {
				running.delete(this.child);
				this.#changes.end(new Error(`${name} has ended (${code}): ${this.raw.slice(-1000)}`));
				done(code);
			});
		});
	}

	clear() {
		this.rows = Array.from({ length: this.height }, () => []);
	}

	#obey(codes, letter) {
		const numbers = codes.split(';').map((text) => Number(text) || 0);
		if (letter === 'H') {
			this.#row = Math.min((numbers[0] || 1) - 1, this.height - 1);
			this.#column = (numbers[1] || 1) - 1;
		} else if (letter === 'J') this.clear();
		else if (letter === 'K') this.rows[this.#row].length = Math.min(this.rows[this.#row].length, this.#column);
		else if (letter === 'm') this.#style = codes === '0' ? '' : this.#style + codes;
		else if (codes === '?1049') this.isSecondPage = letter === 'h';
	}

	// A cell is a character, whatever its width: rows are only compared as texts.
	#put(character) {
		if (character === '\r') this.#column = 0;
		else if (character === '\n') {
			if (this.#row + 1 < this.height) this.#row += 1;
			else {
				this.rows.shift();
				this.rows.push([]);
			}
		} else {
			const row = this.rows[this.#row];
			while (row.length < this.#column) row.push({ text: ' ', style: '' });
			row[this.#column] = { text: character, style: this.#style };
			this.#column += 1;
		}
	}

	#take() {
		while (this.#rest !== '') {
			if (this.#rest[0] === '\x1b') {
				const match = CSI.exec(this.#rest);
				if (!match) return; // it is not all there
				this.#rest = this.#rest.slice(match[0].length);
				this.#obey(match[1], match[2]);
			} else {
				const character = String.fromCodePoint(this.#rest.codePointAt(0));
				this.#rest = this.#rest.slice(character.length);
				this.#put(character);
			}
		}
	}

	get text() {
		return this.rows.map((cells) => cells.map((cell) => cell.text).join('').trimEnd());
	}

	// Waits until a row matches PATTERN; gives its text.
	row(pattern, limit_ms) {
		return this.#changes.until(() => this.text.find((text) => pattern.test(text)),
			`a row ${pattern} of ${this.name}`, limit_ms)
			.catch((error) => { throw new Error(`${error.message}\n${this.text.join('\n')}`); });
	}

	// Waits until no row matches PATTERN any more.
	noRow(pattern, limit_ms) {
		return this.#changes.until(() => !this.text.some((text) => pattern.test(text)),
			`no row ${pattern} of ${this.name}`, limit_ms);
	}

	// Waits until the last CHARACTER of the row that matches PATTERN has a STYLE that matches.
	styled(pattern, character, style, limit_ms) {
		return this.#changes.until(() => this.rows.some((cells) => pattern.test(cells.map((cell) => cell.text).join('').trimEnd())
			&& style.test(cells.findLast((cell) => cell.text === character)?.style ?? '')),
		`${character} in style ${style} of ${this.name}`, limit_ms);
	}

	type(text) {
		this.child.stdin.write(text);
	}

	widen() {
		this.child.kill('SIGUSR1');
	}

	async endsWith(code, signal) {
		if (signal) this.child.kill(signal);
		const end = await within(this.exited, () => `the end of ${this.name}: ${this.raw.slice(-1000)}`);
		assertNoReport(this.raw, this.name);
		assert.equal(end, code, this.raw.slice(-1000));
	}
}
