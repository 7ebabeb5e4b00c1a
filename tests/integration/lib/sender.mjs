// sender.mjs -- somebody who keeps writing to one person, whatever happens to the server.
//
// Keeps WINDOW messages unanswered, each with an id of its own; after a lost
// connection it repeats, in order, what was never answered, and goes on. It records
// what was acknowledged, and judges nothing; the test does.
import { newId } from './rand.mjs';
import { Socket } from './socket.mjs';
import { within } from './wait.mjs';

export class Sender {
	sent = []; // { id, text } in the order in which they were first said
	acks = new Map(); // by id, the message that ok brought
	refused = []; // error frames
	wrong = []; // a second ok that differed from the first
	#unanswered = new Map();
	#isStopped = false;
	#idle = null;

	/*
	 * TALLY (a Growing) gets every first acknowledgement, of all senders that share it.
	 * most      messages in all; without it, until stop()
	 */
	constructor({ token, to, rand, tally, window = 8, most = Infinity, text = (i) => `message ${i}` }) {
		Object.assign(this, { token, to, rand, tally, window, most, text });
	}

	// Signs in, repeats what was not answered, and goes on.
	async connect(server) {
		this.socket = await Socket.signIn(server, this.token);
		for (const message of this.#unanswered.values()) this.#send(message);
		this.#fill();
	}

	#fill() {
		while (!this.#isStopped && this.#unanswered.size < this.window && this.sent.length < this.most) {
			const message = { id: newId(this.rand), text: this.text(this.sent.length) };
			this.sent.push(message);
			this.#unanswered.set(message.id, message);
			this.#send(message);
		}
		if (this.#unanswered.size === 0) this.#idle?.();
	}

	#send({ id, text }) {
		const { socket } = this;
		socket.ask('messages.sendToUser', { address: this.to, id, text })
			.then((frame) => this.#take(id, frame), () => {}); // unanswered: connect() repeats it
	}

	#take(id, frame) {
		if (frame.type === 'error') {
			this.refused.push(frame);
		} else if (this.acks.has(id)) {
			if (this.acks.get(id).n !== frame.result.n) this.wrong.push(frame);
		} else {
			this.acks.set(id, frame.result);
			this.tally?.add(frame.result);
		}
		this.#unanswered.delete(id);
		this.#fill();
	}

	// Begins nothing new; resolves when everything that was begun is answered.
	async stop() {
		this.#isStopped = true;
		if (this.#unanswered.size === 0) return;
		await within(new Promise((done) => { this.#idle = done; }),
			() => `answers to ${this.#unanswered.size} messages to ${this.to}`);
	}

	// Resolves when all of MOST are answered.
	async done() {
		if (this.acks.size + this.refused.length >= this.most) return;
		await within(new Promise((done) => { this.#idle = done; }),
			() => `all messages to ${this.to}: ${this.acks.size} of ${this.most}`, 300_000);
	}
}
