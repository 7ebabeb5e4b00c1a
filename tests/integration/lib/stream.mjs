// stream.mjs -- a client of the event stream that shares nothing with ours.
//
// Node's fetch reads the response, and the few lines here read Server-Sent Events
// as the HTML standard has them. Keeps every event in the order of arrival, and the
// last id and retry time as a browser would. As a program of its own it prints each
// event as a line of JSON, until somebody kills it.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Growing, within } from './wait.mjs';

// Events out of pieces of text, whatever the cuts.
class Reader {
	lastId = '';
	retry_ms = null;
	comments = 0;
	#rest = '';
	#name = '';
	#data = [];

	// The events that PIECE completes.
	*read(piece) {
		const lines = (this.#rest + piece).split('\n');
		this.#rest = lines.pop();
		for (const line of lines) {
			if (line !== '') this.#field(line);
			else if (this.#data.length > 0) yield this.#event();
		}
	}

	#field(line) {
		const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line);
		if (name === '') this.comments++;
		else if (name === 'id') this.lastId = value;
		else if (name === 'event') this.#name = value;
		else if (name === 'data') this.#data.push(value);
		else if (name === 'retry') this.retry_ms = Number(value);
		else throw new Error(`a line that nobody knows: ${line}`);
	}

	#event() {
		const event = { id: this.lastId, name: this.#name, data: JSON.parse(this.#data.join('\n')) };
		this.#name = '';
		this.#data = [];
		return event;
	}
}

export class Stream {
	events = new Growing(); // { id, name, data }
	#reader = new Reader();
	#abort = new AbortController();

	/*
	 * Opens; LAST_ID is sent as Last-Event-ID, QUERY behind the address. Gives the
	 * stream with its answer; one that was refused has its problem as .problem.
	 */
	static async open(url, token, { lastId, query = '', headers = {}, onEvent = () => {} } = {}) {
		const stream = new Stream();
		stream.onEvent = onEvent;
		stream.answer = await fetch(`${url}/v1/events${query}`, { signal: stream.#abort.signal,
			headers: { accept: 'text/event-stream', authorization: `Bearer ${token}`,
				...(lastId === undefined ? {} : { 'last-event-id': lastId }), ...headers } });
		if (stream.answer.ok) stream.ended = stream.#read();
		else stream.problem = await stream.answer.json();
		return stream;
	}

	// Reads to the end; resolves with null, or with the error that cut it off.
	async #read() {
		let error = null;
		try {
			const text = new TextDecoder();
			for await (const piece of this.answer.body) {
				for (const event of this.#reader.read(text.decode(piece, { stream: true }))) {
					this.events.add(event);
					this.onEvent(event);
				}
			}
		} catch (caught) {
			error = caught;
		}
		this.events.end(error ?? new Error('the stream has ended'));
		return error;
	}

	get lastId() {
		return this.#reader.lastId;
	}

	get retry_ms() {
		return this.#reader.retry_ms;
	}

	// The first event called NAME for which CHECK is true.
	event(name, check = () => true) {
		return this.events.until((events) => events.find((event) => event.name === name && check(event)), name);
	}

	// What happened: all but the stream's own words.
	get news() {
		return this.events.items.filter(({ name }) => !['welcome', 'gap', 'bye'].includes(name));
	}

	async close() {
		this.#abort.abort();
		return within(this.ended, 'the end of a stream');
	}
}

const running = new Set();

process.on('exit', () => {
	for (const child of running) child.kill('SIGKILL');
});

// A client in a process of its own, which can be killed.
export class Listener {
	events = new Growing();

	constructor(url, token, lastId) {
		this.child = spawn(process.execPath, [fileURLToPath(import.meta.url), url, token, lastId],
			{ stdio: ['ignore', 'pipe', 'inherit'] });
		running.add(this.child);
		// A line that the kill cut off is an event that the client never had.
		let rest = '';
		this.child.stdout.setEncoding('utf8');
		this.child.stdout.on('data', (part) => {
			const lines = (rest + part).split('\n');
			rest = lines.pop();
			for (const line of lines) this.events.add(JSON.parse(line));
		});
		this.exited = new Promise((done) => this.child.on('close', done)).then(() => {
			running.delete(this.child);
			this.events.end(new Error('the listener has ended'));
		});
	}

	async kill() {
		this.child.kill('SIGKILL');
		return within(this.exited, 'the end of a listener');
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [, , url, token, lastId] = process.argv;
	const stream = await Stream.open(url, token, { lastId,
		onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`) });
	if (stream.problem) throw new Error(JSON.stringify(stream.problem));
	await stream.ended;
}
