// devices.mjs -- a person's device: what it knows from answers and events alone.
//
// It keeps its conversations by what it is told, in the order in which it is told,
// and never asks for more: after a break it says hello with its last cursor. Its
// line to the server can be cut in the middle of a frame; what was not answered it
// repeats, with the same ids. Answers and events come in the order of commits, but
// that answers overtake what it missed: what is said last holds. What cannot be right
// by itself (a watermark that goes back, a gap) it notes in .wrong.
import { connect, createServer } from 'node:net';
import { Socket } from '../integration/lib/socket.mjs';
import { within } from '../integration/lib/wait.mjs';

/*
 * A line between a device and the server that can be cut. What was said before the
 * cut arrives, then the server hears that the line has ended; the device hears
 * nothing any more.
 */
class Line {
	#room = Infinity; // bytes that may still pass to the server
	#cutsAnswer = false;
	#ends = []; // of upstreams: promises

	async open(port) {
		this.listener = createServer((near) => this.#join(near, connect(port, '127.0.0.1')));
		await new Promise((done) => this.listener.listen(0, '127.0.0.1', done));
		this.socketUrl = `ws://127.0.0.1:${this.listener.address().port}/v1/socket`;
	}

	#join(near, far) {
		let isCut = false;
		this.#ends.push(new Promise((done) => far.on('close', done)));
		const cut = () => {
			isCut = true;
			this.#room = Infinity;
			this.#cutsAnswer = false;
			near.destroy();
			far.end();
		};
		near.on('data', (data) => {
			if (isCut) return;
			far.write(data.subarray(0, Math.min(data.length, this.#room)));
			this.#room -= data.length;
			if (this.#room <= 0) cut();
		});
		far.on('data', (data) => {
			if (isCut) return;
			if (this.#cutsAnswer) cut();
			else near.write(data);
		});
		near.on('end', () => far.end());
		far.on('end', () => near.end());
		for (const side of [near, far]) side.on('error', () => side.destroy());
		near.on('close', () => far.end());
	}

	// Cuts the line when BYTES more have passed to the server.
	cutAfter(bytes) {
		this.#room = bytes;
	}

	// Cuts the line when the server says anything.
	cutAtAnswer() {
		this.#cutsAnswer = true;
	}

	// The server has closed all that was connected.
	async hasEnded() {
		await within(Promise.all(this.#ends), 'the server closes what has ended');
		this.#ends = [];
	}

	close() {
		this.listener.close();
	}
}

// What a device keeps of one conversation.
class Kept {
	messages = new Map(); // by n
	hidden = new Set();
	delivered = 0;
	seen = 0;
	isMarked = false;
	draft = null;
	others = {}; // by user: { delivered, seen }
	told = { delivered: 0, seen: 0 }; // what the last event said of its own

	byId(id) {
		return [...this.messages.values()].find((message) => message.id === id);
	}

	unreadFor(person) {
		return [...this.messages.values()]
			.filter(({ n, from, deletedAt }) => n > this.seen && from !== person && !deletedAt).length;
	}
}

// Reactions as a device keeps them: who, with what; its own order is nobody's promise.
const pairsOf = (reactions = []) => new Set(reactions.flatMap(({ emoji, users }) => users.map((user) => `${user} ${emoji}`)));

const BYTES_OF_FRAME = (bytes) => bytes + (bytes < 126 ? 6 : 8); // masked

export class Device {
	kept = new Map(); // by conversation
	cursor = null;
	events = []; // all, since they were last taken
	wrong = [];
	#line = new Line();
	#asked = new Map(); // of this connection, by the call's id
	#at = 0; // of this connection's frames
	#lastId = 0;

	constructor({ name, person, token, server }) {
		Object.assign(this, { name, person, token, server });
	}

	get isThere() {
		return this.socket !== undefined;
	}

	async open() {
		await this.#line.open(this.server.port);
		await this.come();
	}

	async come() {
		this.#asked.clear();
		this.#at = 0;
		this.#lastId = 0;
		this.socket = await Socket.signIn(this.#line, this.token, this.cursor === null ? {} : { since: this.cursor });
		this.cursor ??= this.socket.welcome.cursor;
		this.socket.onFrame = () => this.#takeAll();
		this.#takeAll();
	}

	async leave() {
		const { socket } = this;
		this.socket = undefined;
		await socket.close();
		await this.#line.hasEnded();
	}

	async close() {
		if (this.isThere) await this.leave();
		this.#line.close();
	}

	// Forgets everything: what it will know comes from CURSOR on.
	forget(cursor) {
		this.kept = new Map();
		this.cursor = cursor;
	}

	// Makes a call: its frame. Rejects when the line is cut before.
	ask(call, args, what = {}) {
		this.#asked.set(++this.#lastId, { call, args, ...what });
		return this.socket.ask(call, args);
	}

	/*
	 * Makes several CALLS ({ call, args }) at once; cuts the line at CUT, a fraction of
	 * their bytes, or of their answers ('answer'), and then comes back and repeats what
	 * was not answered, or could not be done just then. Gives their frames.
	 */
	async askAll(calls, cut = null) {
		const frames = calls.map(() => null);
		for (let isFirst = true; frames.includes(null); isFirst = false) {
			const open = calls.map((_, i) => i).filter((i) => frames[i] === null);
			if (isFirst && cut !== null) this.#prepareCut(calls, cut);
			const answers = open.map((i) => this.ask(calls[i].call, calls[i].args, { isRepeat: !isFirst }));
			const done = await within(Promise.allSettled(answers), () => `answers to ${JSON.stringify(calls).slice(0, 500)}`);
			done.forEach(({ value }, i) => {
				const isFinal = value && value.problem?.code !== 'unavailable';
				frames[open[i]] = isFinal ? value : null;
			});
			if (isFirst && cut !== null) await this.#comeBack();
		}
		return frames;
	}

	#prepareCut(calls, cut) {
		if (cut === 'answer') {
			this.#line.cutAtAnswer();
			return;
		}
		const bytes = calls.map(({ call, args }, i) => BYTES_OF_FRAME(Buffer.byteLength(
			JSON.stringify({ type: 'call', id: this.#lastId + 1 + i, call, args }))));
		const all = bytes.reduce((sum, one) => sum + one, 0);
		this.#line.cutAfter(Math.max(1, Math.round(all * cut)));
	}

	async #comeBack() {
		await within(this.socket.closed, `the end of ${this.name}'s line`);
		await this.#line.hasEnded();
		await this.come();
	}

	// Resolves when an event for which CHECK holds has been heard.
	heard(check, what) {
		return this.socket.frame((frame) => frame.type === 'event' && check(frame), `${this.name}: ${what}`);
	}

	// --- what it is told ---

	#takeAll() {
		const { items } = this.socket.frames;
		while (this.#at < items.length) this.#take(items[this.#at++]);
	}

	#take(frame) {
		if (frame.type === 'event') {
			this.events.push(frame);
			this.cursor = frame.cursor ?? this.cursor;
			this[frame.event]?.(frame);
		} else if (frame.type === 'ok') {
			const asked = this.#asked.get(frame.id);
			this[asked.call]?.(asked, frame);
		} else if (frame.type === 'gap') {
			this.wrong.push(`${this.name} was told to load anew`);
		}
	}

	#keep(conversation) {
		if (!this.kept.has(conversation)) this.kept.set(conversation, new Kept());
		return this.kept.get(conversation);
	}

	#put({ conversation, ...message }) {
		const kept = this.#keep(conversation);
		if (kept.hidden.has(message.n)) return;
		const { reactions, replyTo, ...rest } = message;
		kept.messages.set(message.n, { ...rest, reactions: pairsOf(reactions),
			replyTo: replyTo && { id: replyTo.id, n: replyTo.n } });
	}

	#arrive(message, { isEvent = true } = {}) {
		const kept = this.#keep(message.conversation);
		this.#put(message);
		for (const mark of ['delivered', 'seen']) {
			for (const whose of message.from !== this.person ? [this.#other(kept, message.from)]
				: isEvent ? [kept, kept.told] : [kept]) {
				whose[mark] = Math.max(whose[mark], message.n);
			}
		}
	}

	#other(kept, user) {
		return kept.others[user] ??= { delivered: 0, seen: 0 };
	}

	// What events say of the watermarks of WHOSE never goes back.
	#move(whose, user, { delivered, seen }) {
		if (delivered < whose.delivered || seen < whose.seen) {
			this.wrong.push(`${this.name}: ${user} had received ${whose.delivered} and seen ${whose.seen}, then ${delivered} and ${seen}`);
		}
		Object.assign(whose, { delivered, seen });
	}

	#setMarks({ conversation, delivered, seen, markedUnread }) {
		Object.assign(this.#keep(conversation), { delivered, seen, isMarked: markedUnread });
	}

	#setReaction({ conversation, message, user, emoji, on }) {
		const reactions = this.#keep(conversation).byId(message)?.reactions;
		if (on) reactions?.add(`${user} ${emoji}`);
		else reactions?.delete(`${user} ${emoji}`);
	}

	#hide(conversation, n) {
		const kept = this.#keep(conversation);
		kept.hidden.add(n);
		kept.messages.delete(n);
	}

	#setDraft({ conversation, text, replyTo = null }) {
		this.#keep(conversation).draft = text === '' && replyTo === null ? null : { text, replyTo };
	}

	#find(id) {
		for (const kept of this.kept.values()) {
			const message = kept.byId(id);
			if (message) return { kept, message };
		}
		return null;
	}

	'message.new'({ data }) { this.#arrive(data); }

	'message.edited'({ data }) { this.#put(data); }

	'message.deleted'({ data }) { this.#put(data); }

	'message.reaction'({ data }) { this.#setReaction(data); }

	'message.hidden'({ data }) { this.#hide(data.conversation, data.messageN); }

	'conversation.read'({ data }) {
		this.#move(this.#keep(data.conversation).told, this.person, data);
		this.#setMarks(data);
	}

	'conversation.receipt'({ data }) {
		this.#move(this.#other(this.#keep(data.conversation), data.user), data.user, data);
	}

	'conversation.draft'({ data }) { this.#setDraft(data); }

	// --- what it did itself, and hears no event of ---

	// What was stored before is news that has come, or is still to come.
	'messages.send'(asked, { result, repeated }) {
		if (!repeated) this.#arrive(result, { isEvent: false });
	}

	'messages.sendToUser'(asked, frame) { this['messages.send'](asked, frame); }

	'messages.edit'(asked, { result }) {
		const known = this.#keep(result.conversation).messages.get(result.n);
		if (known && !known.deletedAt && (result.edits ?? 0) >= (known.edits ?? 0)) this.#put(result);
	}

	'messages.react'({ args }, { result }) {
		if (!result.deletedAt) {
			this.#setReaction({ conversation: result.conversation, message: args.id, user: this.person, emoji: args.emoji, on: args.on ?? true });
		}
	}

	'messages.delete'(asked, { result }) {
		for (const { id } of result.items.filter(({ done }) => done)) {
			const found = this.#find(id);
			if (!found || found.message.deletedAt) continue;
			const { text, opaque, edits, editedAt, ...left } = found.message;
			found.kept.messages.set(left.n, { ...left, deletedAt: true, reactions: new Set() });
		}
	}

	'messages.deleteForMe'(asked, { result }) {
		for (const { id } of result.items.filter(({ done }) => done)) {
			const found = this.#find(id);
			if (found) found.kept.hidden.add(found.message.n);
			if (found) found.kept.messages.delete(found.message.n);
		}
	}

	'conversations.read'(asked, { result }) { this.#setMarks(result); }

	'conversations.delivered'(asked, { result }) { this.#setMarks(result); }

	'conversations.markUnread'(asked, { result }) { this.#setMarks(result); }

	'conversations.draft'(asked, { result }) { this.#setDraft(result); }

	// --- is that what there is? ---

	// Where this device differs from MODEL, or null.
	differs(model) {
		if (this.wrong.length > 0) return this.wrong[0];
		for (const conversation of model.conversationsOf(this.person)) {
			const kept = this.kept.get(conversation.id) ?? new Kept();
			const found = this.#differsIn(model, conversation, kept);
			if (found) return `${this.name} in ${conversation.people.join(' and ')}: ${found}`;
		}
		return null;
	}

	#differsIn(model, conversation, kept) {
		const own = model.readState(this.person, conversation);
		const { draft } = conversation.of.get(this.person);
		const pairs = [
			['delivered', kept.delivered, own.delivered], ['seen', kept.seen, own.seen],
			['unread', kept.unreadFor(this.person), own.unread], ['markedUnread', kept.isMarked, own.markedUnread],
			['draft', JSON.stringify(kept.draft), JSON.stringify(draft && { text: draft.text, replyTo: draft.replyTo })],
			...conversation.othersThan(this.person).flatMap((user) => ['delivered', 'seen'].map((mark) => [
				`${user}'s ${mark}`, kept.others[user]?.[mark] ?? 0, conversation.of.get(user)[mark]])),
		];
		for (const [what, has, should] of pairs) {
			if (has !== should) return `${what} is ${has}, expected ${should}`;
		}
		return this.#differsInMessages(conversation, kept);
	}

	#differsInMessages(conversation, kept) {
		const visible = conversation.visibleTo(this.person);
		for (const message of visible) {
			const found = this.#differsInMessage(message, kept.messages.get(message.n));
			if (found) return `message ${message.n}: ${found}`;
		}
		const extra = [...kept.messages.keys()].find((n) => !visible.some((message) => message.n === n));
		return extra === undefined ? null : `message ${extra} is there, and is not to be seen`;
	}

	#differsInMessage(message, has) {
		if (!has) return 'is missing';
		const { conversation, reactions, ...rest } = message.told();
		for (const key of new Set([...Object.keys(rest), ...Object.keys(has)])) {
			if (key === 'reactions') continue;
			const expected = JSON.stringify(rest[key]);
			const isKnown = !(key === 'deletedAt' && has[key] === true && rest[key]);
			if (isKnown && JSON.stringify(has[key]) !== expected && expected !== '"a time"') {
				return `${key} is ${JSON.stringify(has[key])}, expected ${expected}`;
			}
		}
		const expected = [...pairsOf(reactions)].sort().join();
		const actual = [...has.reactions].sort().join();
		return actual === expected ? null : `reactions are ${actual}, expected ${expected}`;
	}
}
