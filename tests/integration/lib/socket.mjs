// socket.mjs -- a WebSocket of the wire's own contract, with frames to wait for.
//
// Node's WebSocket is an implementation that shares nothing with ours. Keeps every
// frame in the order of arrival; says what it is told and understands nothing else.
import { Growing, within } from './wait.mjs';

export class Socket {
	frames = new Growing();
	#nextId = 1;
	#answers = new Map();

	constructor(url) {
		this.#open(url);
	}

	#open(url) {
		this.socket = new WebSocket(url, 'kith.v1');
		this.opened = new Promise((done, fail) => {
			this.socket.addEventListener('open', () => done());
			this.socket.addEventListener('error', () => fail(new Error(`no socket at ${url}`)));
		});
		this.opened.catch(() => {});
		this.closed = new Promise((done) => {
			this.socket.addEventListener('close', ({ code, reason }) => {
				const error = new Error(`the socket was closed with ${code} ${reason}`);
				this.frames.end(error);
				for (const answer of this.#answers.values()) answer.reject(error);
				this.#answers.clear();
				done({ code, reason });
			});
		});
		this.socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(data)));
	}

	// Opens and signs in. HELLO adds to the frame: since.
	static async signIn(server, token, hello = {}) {
		const socket = new Socket(server.socketUrl);
		await within(socket.opened, `a socket at ${server.socketUrl}`);
		socket.say({ type: 'hello', token, ...hello });
		socket.welcome = await socket.frame((frame) => frame.type === 'welcome', 'welcome');
		return socket;
	}

	#take(frame) {
		this.frames.add(frame);
		this.onFrame?.(frame);
		const answer = this.#answers.get(frame.id);
		if (!answer || (frame.type !== 'ok' && frame.type !== 'error')) return;
		this.#answers.delete(frame.id);
		answer.resolve(frame);
	}

	say(frame) {
		this.socket.send(JSON.stringify(frame));
	}

	// Makes a call; gives its ok or error frame. Rejects when the socket ends before.
	ask(call, args) {
		const id = this.#nextId++;
		const answered = new Promise((resolve, reject) => this.#answers.set(id, { resolve, reject }));
		answered.catch(() => {});
		try {
			this.say({ type: 'call', id, call, args });
		} catch (error) { // the socket is closed or was never open
			this.#answers.get(id)?.reject(error);
		}
		return answered;
	}

	// Makes a call that has to work: its result.
	async call(call, args) {
		const frame = await within(this.ask(call, args), `the answer to ${call}`);
		if (frame.type !== 'ok') throw new Error(`${call}: ${JSON.stringify(frame.problem)}`);
		return frame.result;
	}

	// The first frame for which CHECK is true.
	frame(check, what, limit_ms) {
		return this.frames.until((frames) => frames.find(check), what, limit_ms);
	}

	get events() {
		return this.frames.items.filter((frame) => frame.type === 'event');
	}

	async close() {
		this.socket.close(1000);
		return within(this.closed, 'the end of a socket');
	}
}
