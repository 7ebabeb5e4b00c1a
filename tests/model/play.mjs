// play.mjs -- plays operations on a server and on the model, until they differ.
//
// One after the other: each answer is foretold, refusals with their codes, and so is
// each event. In bursts several devices act at once; then the order is read from
// what a witness of each person heard, the model follows it, and each answer has to
// fit. At checks everything is compared: what six devices know, what a device knows
// that begins now, and what the server answers to both.
import { newId, Rand } from '../integration/lib/rand.mjs';
import { LOAD, Server } from '../integration/lib/server.mjs';
import { Socket } from '../integration/lib/socket.mjs';
import { within } from '../integration/lib/wait.mjs';
import { judgeBurst, takeBurst } from './burst.mjs';
import { Device } from './devices.mjs';
import { differ, Difference, difference, Moment } from './match.mjs';
import { Model } from './model.mjs';
import { Chooser } from './ops.mjs';

const PEOPLE = ['alice', 'bob'];
const DEVICES = 3; // of each person
const STEPS_BETWEEN_CHECKS = 12;
const SAMPLE = 6; // messages whose receipts and versions a check looks at

export class Play {
	ops = []; // all that were played
	ids = new Map(); // by a message's or edit's name
	issued = new Map(); // by message id, what was sent: for whom the log tells of it
	issuedEdits = []; // { person, edit, id, kind, body }
	checks = 0;
	#barriers = 0;
	#devices = new Map();

	/*
	 * seed     of all chance
	 * program  the server, kithd when left out
	 */
	constructor({ seed, program }) {
		Object.assign(this, { seed, program });
		this.rand = new Rand(seed);
	}

	async open() {
		this.server = await Server.start({ program: this.program, env: { ...LOAD, KITH_WORKERS: '2' } });
		const tokens = this.server.addPeople(...PEOPLE);
		this.model = new Model(PEOPLE.map((id) => ({ id, name: id })), 'default');
		this.controls = {};
		this.beginnings = {};
		for (const person of PEOPLE) {
			this.controls[person] = await Socket.signIn(this.server, tokens[person]);
			this.beginnings[person] = (await this.controls[person].call('sync')).cursor;
		}
		for (const conversation of this.model.conversations.values()) {
			const [one, other = one] = conversation.people;
			conversation.id = (await this.controls[one].call('conversations.direct', { user: other })).id;
		}
		this.tokens = tokens;
		this.names = PEOPLE.flatMap((person) => Array.from({ length: DEVICES }, (_, i) => ({ name: `${person}${i + 1}`, person })));
		this.devices = this.names.map((name) => this.#device(name));
		this.witnesses = PEOPLE.map((person) => this.#device({ name: `${person}'s witness`, person }));
		for (const device of [...this.devices, ...this.witnesses]) await device.open();
	}

	#device({ name, person }) {
		const device = new Device({ name, person, token: this.tokens[person], server: this.server });
		this.#devices.set(name, device);
		return device;
	}

	async close() {
		for (const device of this.#devices.values()) await device.close();
		for (const control of Object.values(this.controls)) await control.close();
		const { entries } = this.server.verify();
		await this.server.stop();
		return { entries };
	}

	device(name) {
		return this.#devices.get(name);
	}

	// The key of what an operation calls both, or a person.
	key(where) {
		return where === 'both' ? this.model.key(...PEOPLE) : where;
	}

	conversation(where) {
		return this.model.conversations.get(this.key(where));
	}

	// The id behind a NAME; another one that nobody has for what was never sent.
	id(name) {
		return this.ids.get(name) ?? newId(this.rand);
	}

	named(name) {
		if (!this.ids.has(name)) this.ids.set(name, newId(this.rand));
		return this.ids.get(name);
	}

	// --- playing ---

	async play(op) {
		this.ops.push(op);
		if (op.kind === 'burst') return this.#burst(op);
		const device = this.device(op.device);
		if (op.kind === 'leave') return device.isThere ? device.leave() : undefined;
		if (!device.isThere) await device.come();
		if (op.kind === 'come') return undefined;
		const request = this.request(op, device.person);
		const foretold = request.foretell();
		const [frame] = await device.askAll([request], op.cut ?? null);
		return this.#compare(op, foretold, frame);
	}

	#compare(op, foretold, frame) {
		const what = `step ${this.ops.length} ${JSON.stringify(op)}`;
		if (foretold.code) {
			const { code, field } = frame.problem ?? {};
			if (code !== foretold.code || (foretold.field && field !== foretold.field)) {
				differ(`${what}: ${JSON.stringify(frame)}, expected ${foretold.code} ${foretold.field ?? ''}`);
			}
			return;
		}
		if (frame.type !== 'ok') differ(`${what}: ${JSON.stringify(frame.problem)}, expected ok`);
		const isRepeatOpen = op.cut !== undefined && foretold.repeated === false;
		if (foretold.repeated !== undefined && !isRepeatOpen && (frame.repeated ?? false) !== foretold.repeated) {
			differ(`${what}: repeated is ${frame.repeated}`);
		}
		const found = difference(foretold.ok, frame.result, 'answer');
		if (found) differ(`${what}: ${found}`);
	}

	// The call of OP and how to foretell its answer: { call, args, foretell }.
	request(op, person) {
		return REQUESTS[op.kind](this, op, person);
	}

	async #burst(op) {
		await this.check({ isShort: true });
		const parts = Object.entries(op.lists).map(([name, { ops, cut }]) => {
			const device = this.device(name);
			return { device, cut, ops: ops.map((one) => ({ op: one, ...this.request(one, device.person) })) };
		});
		for (const { device } of parts) {
			if (!device.isThere) await device.come();
		}
		const before = this.#standings();
		await Promise.all(parts.map(async (part) => {
			part.frames = await part.device.askAll(part.ops, part.cut);
		}));
		await this.#meet();
		const seen = takeBurst(this, this.witnesses.map((witness) => witness.events.splice(0)));
		judgeBurst(this, parts, before, seen);
		this.model.news = [];
		await this.check({ isShort: true });
	}

	#standings() {
		return Object.fromEntries([...this.model.messages.values()].map((message) => [message.id, {
			body: message.body, reactions: [...message.reactions], isDeleted: message.deletedAt !== null }]));
	}

	// --- checks ---

	// A sign that everybody has heard of everything before it.
	async #meet(others = []) {
		const text = `meeting ${++this.#barriers}`;
		for (const person of PEOPLE) {
			await this.controls[person].call('conversations.draft', { conversation: this.conversation(person).id, text });
		}
		const all = [...this.devices, ...this.witnesses, ...others].filter(({ isThere }) => isThere);
		await Promise.all(all.map((device) => device.heard(({ event, data }) => event === 'conversation.draft'
			&& data.text === text, text)));
		return text;
	}

	/*
	 * Compares all that there is, or with IS_SHORT what is known already: events and
	 * devices.
	 */
	async check({ isShort = false, isLast = false } = {}) {
		this.checks++;
		const young = isLast || (!isShort && this.checks % 3 === 0) ? await this.#young() : [];
		const text = await this.#meet(young);
		for (const person of PEOPLE) this.model.draft(person, person, { text, replyTo: null });
		this.#compareEvents();
		for (const device of [...this.devices, ...this.witnesses, ...young].filter(({ isThere }) => isThere)) {
			const found = device.differs(this.model);
			if (found) differ(`after step ${this.ops.length}: ${found}`);
			device.events.length = 0;
		}
		for (const device of young) await device.close();
		if (isShort) return;
		for (const person of PEOPLE) await this.#compareServer(person, isLast);
	}

	// Devices that know nothing and read all there ever was.
	async #young() {
		const devices = PEOPLE.map((person) => this.#device({ name: `${person}'s new one`, person }));
		for (const device of devices) {
			device.forget(this.beginnings[device.person]);
			await device.open();
		}
		return devices;
	}

	#compareEvents() {
		for (const witness of this.witnesses) {
			const expected = this.model.news.filter(({ to }) => to === witness.person).map(({ to, ...news }) => news);
			const heard = witness.events.map(({ type, cursor, ...news }) => news);
			const found = difference(expected, heard, `${witness.name} heard`);
			if (found) differ(`after step ${this.ops.length}: ${found}`);
		}
		this.model.news = [];
	}

	async #compareServer(person, isAll) {
		const { messages } = this.model;
		for (const { people } of this.model.conversationsOf(person)) {
			const where = people.length === 2 ? 'both' : person;
			await this.#look({ kind: 'conversation', where }, person);
			await this.#look({ kind: 'history', where, limit: this.rand.between(5, 60), from: this.rand.pick(['end', 'start']) }, person);
		}
		for (const filter of ['all', 'unread']) await this.#look({ kind: 'list', filter, limit: this.rand.between(1, 3) }, person);
		await this.#look({ kind: 'totals' }, person);
		const names = [...this.ids].filter(([, id]) => messages.has(id)).map(([name]) => name);
		const sample = isAll ? names : names.slice(-SAMPLE / 2).concat(Array.from({ length: names.length && SAMPLE / 2 }, () => this.rand.pick(names)));
		for (const target of sample) {
			for (const kind of ['receipts', 'versions', 'get']) await this.#look({ kind, target }, person);
		}
	}

	// Asks the server, and compares.
	async #look(op, person) {
		const { call, args, foretell } = this.request(op, person);
		const frame = await within(this.controls[person].ask(call, args), `the answer to ${call}`);
		this.#compare({ ...op, person }, foretell(), frame);
		if (PAGED[op.kind]) await this.#lookOn(op, person, frame.result);
	}

	// The pages behind the first.
	async #lookOn(op, person, first) {
		let result = first;
		const items = [...first.items];
		const { direction, start } = PAGED[op.kind](op);
		const { call, args } = this.request(op, person);
		while (result[direction] !== null) {
			const { around, before, after, ...rest } = args;
			result = await this.controls[person].call(call, { ...rest, [start]: result[direction] });
			if (direction === 'prev') items.unshift(...result.items);
			else items.push(...result.items);
			if (items.length > this.model.messages.size + 10) differ(`${call} of ${person} does not end`);
		}
		const expected = op.kind === 'list' ? this.model.list(person, op.filter) : this.model.history(person, this.key(op.where));
		const found = difference(expected, items, `${call} of ${person}`);
		if (found) differ(`after step ${this.ops.length}: ${found}`);
	}
}

const PAGED = {
	list: () => ({ direction: 'next', start: 'cursor' }),
	history: ({ from }) => (from === 'start' ? { direction: 'next', start: 'after' } : { direction: 'prev', start: 'before' }),
};

// --- an operation as a call, and as what the model does ---

const contentArgs = (content, body) => (content === 'text' ? { text: body } : { opaque: body });

function send(play, person, what, by) {
	const { key, kind, body, replyTo, id } = what;
	const { people, id: conversation } = play.model.conversations.get(key);
	const rest = { id, ...contentArgs(kind, body), ...(replyTo === null ? {} : { replyTo }) };
	const other = people.find((one) => one !== person) ?? person;
	const request = by === 'user' ? { call: 'messages.sendToUser', args: { address: other, ...rest } }
		: { call: 'messages.send', args: { conversation, ...rest } };
	return { ...request, what, foretell: () => play.model.send(person, what) };
}

function edit(play, person, what) {
	const { id, kind, body } = what;
	return { call: 'messages.edit', args: { id, edit: what.edit, ...contentArgs(kind, body) }, what,
		foretell: () => play.model.edit(person, what) };
}

function mark(play, op, person, call, argument) {
	const { head, id } = play.conversation(op.where);
	const upTo = Math.max(1, head - op.behind);
	return { call, args: { conversation: id, upTo }, foretell: () => play.model[argument](person, play.key(op.where), upTo) };
}

function about(play, op, call, foretell) {
	const id = play.id(op.target);
	return { call, args: { id }, foretell: () => foretell(id) };
}

// The page of history that OP asks for first.
function page(play, op, person) {
	const all = play.model.history(person, play.key(op.where));
	if (op.from === 'start') return all.slice(0, op.limit);
	if (op.from === 'end') return all.slice(-op.limit);
	return null;
}

const REQUESTS = {
	send(play, op, person) {
		const what = { id: play.named(op.label), key: play.key(op.where), kind: op.content, body: op.body,
			replyTo: op.reply === null ? null : play.id(op.reply) };
		play.issued.set(what.id, { person, ...what });
		return send(play, person, what, op.by);
	},
	resend(play, op, person) {
		const issued = play.issued.get(play.ids.get(op.target));
		if (!issued) return REQUESTS.totals(play, op, person);
		const { person: sender, ...what } = issued;
		if (!play.model.conversations.get(what.key).people.includes(person)) what.key = person;
		if (op.change === 'body') what.body = what.kind === 'text' ? `${what.body}!` : 'AAAA';
		if (op.change === 'where') what.key = what.key === person ? play.key('both') : person;
		if (op.change === 'reply') what.replyTo = what.replyTo === null ? what.id : null;
		return send(play, person, what, 'conversation');
	},
	edit(play, op, person) {
		const what = { edit: play.named(op.edit), id: play.id(op.target), kind: op.content, body: op.body };
		play.issuedEdits.push({ person, name: op.edit, ...what });
		return edit(play, person, what);
	},
	reedit(play, op, person) {
		const issued = play.issuedEdits.find(({ name }) => name === op.edit);
		if (!issued) return REQUESTS.totals(play, op, person);
		const { person: sender, name, ...what } = issued;
		if (op.change) what.body = what.kind === 'text' ? `${what.body}?` : 'AAAA';
		return edit(play, person, what);
	},
	react(play, op, person) {
		const what = { id: play.id(op.target), emoji: op.emoji, on: op.on };
		return { call: 'messages.react', args: what, foretell: () => play.model.react(person, what) };
	},
	delete(play, op, person) {
		const ids = op.targets.map((target) => play.id(target));
		return { call: 'messages.delete', args: { ids }, foretell: () => play.model.delete(person, ids) };
	},
	deleteForMe(play, op, person) {
		const ids = op.targets.map((target) => play.id(target));
		return { call: 'messages.deleteForMe', args: { ids }, foretell: () => play.model.deleteForMe(person, ids) };
	},
	read: (play, op, person) => mark(play, op, person, 'conversations.read', 'read'),
	delivered: (play, op, person) => mark(play, op, person, 'conversations.delivered', 'delivered'),
	markUnread(play, op, person) {
		return { call: 'conversations.markUnread', args: { conversation: play.conversation(op.where).id, unread: op.on },
			foretell: () => play.model.markUnread(person, play.key(op.where), op.on) };
	},
	draft(play, op, person) {
		const what = { text: op.text, replyTo: op.reply === null ? null : play.id(op.reply) };
		const args = { conversation: play.conversation('both').id, text: what.text,
			...(what.replyTo === null ? {} : { replyTo: what.replyTo }) };
		return { call: 'conversations.draft', args, foretell: () => play.model.draft(person, play.key('both'), what) };
	},
	get: (play, op, person) => about(play, op, 'messages.get', (id) => play.model.get(person, id)),
	versions: (play, op, person) => about(play, op, 'messages.edits', (id) => play.model.versions(person, id)),
	receipts: (play, op, person) => about(play, op, 'messages.receipts', (id) => play.model.receipts(person, id)),
	totals: (play, op, person) => ({ call: 'me.unread', args: {}, foretell: () => play.model.totals(person) }),
	conversation(play, op, person) {
		const conversation = play.conversation(op.where);
		return { call: 'conversations.get', args: { conversation: conversation.id },
			foretell: () => ({ ok: play.model.conversation(person, conversation) }) };
	},
	list(play, op, person) {
		const foretell = () => {
			const all = play.model.list(person, op.filter);
			return { ok: { items: all.slice(0, op.limit), next: all.length > op.limit ? new Cursor() : null } };
		};
		return { call: 'conversations.list', args: { limit: op.limit, filter: op.filter }, foretell };
	},
	history(play, op, person) {
		const bound = op.from === 'start' ? { after: '0' } : op.from === 'middle' ? { around: play.id(op.at) } : {};
		return { call: 'messages.list', args: { conversation: play.conversation(op.where).id, limit: op.limit, ...bound },
			foretell: () => foretellHistory(play, op, person, bound.around) };
	},
};

// A place in a list that only the server understands.
class Cursor extends Moment {
	take(text) {
		return typeof text === 'string';
	}
}

function foretellHistory(play, op, person, around) {
	const all = play.model.history(person, play.key(op.where));
	const items = around === undefined ? page(play, op, person) : aroundOf(all, around, op.limit);
	if (items === null) return { code: 'not_found' };
	if (items.length === 0) return { ok: { items, next: null, prev: null } };
	const has = (message) => message !== undefined && !items.some(({ id }) => id === message.id);
	return { ok: { items, next: has(all.at(-1)) ? new Cursor() : null, prev: has(all[0]) ? new Cursor() : null } };
}

// LIMIT of ALL on both sides of the message ID and itself; null when it is not among them.
function aroundOf(all, id, limit) {
	const at = all.findIndex((message) => message.id === id);
	if (at < 0) return null;
	const older = Math.floor(limit / 2);
	return all.slice(Math.max(0, at - older), at - older + limit);
}

/*
 * Plays STEPS chosen by SEED, or OPS; gives { ops, checks, entries, found }: found is
 * the difference, or null.
 */
export async function playAll({ seed, steps, ops, program }) {
	const play = new Play({ seed, program });
	await play.open();
	const chooser = new Chooser(new Rand(seed + 1), play.names);
	const count = ops?.length ?? steps;
	let found = null;
	let entries = 0;
	try {
		for (let i = 0; i < count; i++) {
			await play.play(ops ? ops[i] : chooser.next());
			if ((i + 1) % STEPS_BETWEEN_CHECKS === 0) await play.check();
		}
		await play.check({ isLast: true });
	} catch (error) {
		found = error instanceof Difference ? error.message : error.stack;
	}
	try {
		({ entries } = await play.close());
	} catch (error) {
		found ??= error.stack;
		play.server.program.signal('SIGKILL');
	}
	return { ops: play.ops, checks: play.checks, entries, found };
}
