// ops.mjs -- what people do next: one operation after the other, by chance.
//
// An operation is plain data that can be printed, dropped and played again: devices
// and messages have names (m7 is what step 7 sent), numbers count from the newest
// entry. Nothing is judged here; what is foolish or forbidden is chosen too.

const EMOJI = ['👍', '🎉', '😀', '😂', '❤️', '👨‍👩‍👧', '🇨🇭', '☕', '🐝', '🔥'];
const NEAR = 10; // messages are mostly chosen among so many of the newest
const FOCUS_STEPS = 50; // for so long one message has most of the attention
const BURST_OPS_MAX = 6; // of one device

const WRITES = [
	['send', 26], ['edit', 12], ['react', 20], ['delete', 5], ['deleteForMe', 5], ['read', 10], ['delivered', 8],
	['markUnread', 4], ['draft', 4],
];
const ALONE = [['resend', 3], ['reedit', 2], ['leave', 3], ['come', 5], ['burst', 4]];
const LOOKS = [['get', 2], ['versions', 2], ['receipts', 2], ['list', 2], ['history', 2], ['totals', 1]];

export class Chooser {
	/*
	 * rand     where chance comes from
	 * devices  [{ name, person }]
	 */
	constructor(rand, devices) {
		Object.assign(this, { rand, devices, sent: [], edits: [], step: 0 });
		this.gone = new Set();
	}

	chance(percent) {
		return this.rand.below(100) < percent;
	}

	#weighed(table) {
		let at = this.rand.below(table.reduce((sum, [, weight]) => sum + weight, 0));
		for (const [name, weight] of table) {
			if (at < weight) return name;
			at -= weight;
		}
		throw new Error('no weight');
	}

	#device() {
		return this.rand.pick(this.devices.filter(({ name }) => !this.gone.has(name)));
	}

	// The next operation, after those that it gave before.
	next() {
		this.step++;
		const both = this.sent.filter(({ where }) => where === 'both');
		if (both.length > 0 && this.chance(100 / FOCUS_STEPS)) this.focus = this.rand.pick(both.slice(-NEAR)).label;
		const kind = this.#weighed([...WRITES, ...ALONE, ...LOOKS]);
		if (this[kind] && !WRITES.some(([name]) => name === kind)) return this[kind](kind);
		const op = this.#write(kind, this.#device());
		return this.chance(6) && op.kind !== 'look' ? { ...op, cut: this.#cut() } : op;
	}

	#cut() {
		return this.chance(50) ? 'answer' : this.rand.between(1, 100) / 100;
	}

	#write(kind, device, label = `m${this.step}`) {
		return { kind, device: device.name, ...this[kind](device, label) };
	}

	// The name of a message: often the one that everybody is busy with, at times nobody's.
	#target(wanted = () => true, busy = 40) {
		if (this.chance(3)) return 'nothing';
		const fit = this.sent.filter(wanted);
		if (this.chance(busy) && fit.some(({ label }) => label === this.focus)) return this.focus;
		const near = this.chance(80) ? fit.slice(-NEAR) : fit;
		return near.length === 0 ? 'nothing' : this.rand.pick(near).label;
	}

	#where(person) {
		return this.chance(85) ? 'both' : person;
	}

	#body(kind, label) {
		if (kind === 'opaque') return Buffer.from(`${label} \0 opaque`).toString('base64');
		return this.chance(10) ? `${label} ${'水 long '.repeat(this.rand.between(20, 60))}` : `${label} text`;
	}

	send({ person }, label) {
		const where = this.#where(person);
		const content = this.chance(12) ? 'opaque' : 'text';
		const one = { label, where, content, body: this.#body(content, label), by: this.chance(60) ? 'user' : 'conversation',
			reply: this.chance(25) ? this.#target((m) => m.where === where || this.chance(10)) : null };
		this.sent.push({ ...one, from: person });
		return one;
	}

	edit({ person }, label) {
		const target = this.#target(({ from }) => from === person || this.chance(15));
		const found = this.sent.find((one) => one.label === target);
		const content = this.chance(5) ? 'opaque' : found?.content ?? 'text';
		const body = this.chance(12) && found?.content === content ? found.body : this.#body(content, `${target} edited ${label}`);
		const edit = { target, edit: `e${label}`, content, body };
		this.edits.push({ ...edit, person });
		return edit;
	}

	// With very few emoji mostly, so that their order matters.
	react() {
		const emoji = this.rand.pick(this.chance(70) ? EMOJI.slice(0, 2) : EMOJI);
		return { target: this.#target(undefined, 80), emoji, on: this.chance(60) };
	}

	#several(wanted) {
		return Array.from({ length: this.chance(70) ? 1 : this.rand.between(2, 5) }, () => this.#target(wanted, 8)); // what is gone is of little use
	}

	delete({ person }) {
		return { targets: this.#several(({ from }) => from === person || this.chance(15)) };
	}

	deleteForMe() {
		return { targets: this.#several() };
	}

	// So many entries behind the newest; before it when it is negative.
	#upTo({ person }) {
		return { where: this.#where(person), behind: this.rand.between(-3, this.chance(50) ? 0 : 15) };
	}

	read(device) {
		return this.#upTo(device);
	}

	delivered(device) {
		return this.#upTo(device);
	}

	markUnread({ person }) {
		return { where: this.#where(person), on: this.chance(60) };
	}

	draft() {
		return { text: this.chance(20) ? '' : `draft ${this.rand.below(4)}`, reply: this.chance(20) ? this.#target() : null };
	}

	// The same id once more, from any device; at times with something else in it.
	resend(kind) {
		const device = this.#device();
		const target = this.#target(({ from }) => from === device.person || this.chance(10));
		return { kind, device: device.name, target, change: this.chance(25) ? this.rand.pick(['body', 'where', 'reply']) : null };
	}

	reedit(kind) {
		const device = this.#device();
		const own = this.edits.filter(({ person }) => person === device.person || this.chance(10)).slice(-NEAR);
		if (own.length === 0) return this.totals('totals');
		const { edit } = this.rand.pick(own);
		return { kind, device: device.name, edit, change: this.chance(20) };
	}

	leave(kind) {
		const { name, person } = this.#device();
		const here = this.devices.filter((one) => one.person === person && !this.gone.has(one.name));
		if (here.length < 2) return this.totals('totals');
		this.gone.add(name);
		return { kind, device: name };
	}

	come(kind) {
		if (this.gone.size === 0) return this.totals('totals');
		const name = this.rand.pick([...this.gone]);
		this.gone.delete(name);
		return { kind, device: name };
	}

	// Several devices at once; some lose their line on the way.
	burst(kind) {
		const lists = {};
		const fresh = [];
		const before = this.sent;
		for (const device of this.devices.filter(({ name }) => !this.gone.has(name) && this.chance(80))) {
			const ops = [];
			for (let i = this.rand.between(1, BURST_OPS_MAX); i > 0; i--) {
				this.sent = [...before]; // what is sent in this burst is known after it
				ops.push(this.#write(this.#weighed(WRITES), device, `m${this.step}${device.name}${i}`));
				fresh.push(...this.sent.slice(before.length));
			}
			lists[device.name] = { ops, cut: this.chance(25) ? this.#cut() : null };
		}
		this.sent = [...before, ...fresh];
		return { kind, lists };
	}

	get(kind) {
		return { kind, device: this.#device().name, target: this.#target() };
	}

	versions(kind) {
		return this.get(kind);
	}

	receipts(kind) {
		return this.get(kind);
	}

	list(kind) {
		return { kind, device: this.#device().name, filter: this.rand.pick([null, 'all', 'unread']), limit: this.rand.between(1, 3) };
	}

	history(kind) {
		const device = this.#device();
		return { kind, device: device.name, where: this.#where(device.person), limit: this.rand.between(1, 40),
			from: this.rand.pick(['end', 'start', 'middle']), at: this.#target() };
	}

	totals(kind) {
		return { kind, device: this.#device().name };
	}
}
