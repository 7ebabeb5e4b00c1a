// model.mjs -- the rules of a conversation's life, once more and in the simplest form.
//
// What people see, after any sequence of operations, by product.md and
// docs/protocol.md: everything is kept in lists and counted anew each time, nothing
// is fast. It shares no code with the server and never asks it. Each operation
// gives what its answer has to be, { ok } or { code, field }, and notes in .news
// what whose devices have to hear of it.
import { Maybe, Moment } from './match.mjs';

const REACTIONS_OWN_MAX = 8;
const EDITS_MAX = 100;
const QUOTE_BYTES_MAX = 256;
const MOVES_KNOWN = 32; // receipts are exact for the last 64 moves; we ask it of half of them

// The beginning of TEXT, in whole characters.
function beginning(text, bytes_max) {
	let out = '';
	let bytes = 0;
	for (const character of text) {
		bytes += Buffer.byteLength(character);
		if (bytes > bytes_max) break;
		out += character;
	}
	return out;
}

// The time in a UUIDv7.
function timeOf(id) {
	return new Date(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toISOString();
}

const refusal = (code, field) => ({ code, field });
const contentOf = ({ kind, body }) => (kind === 'text' ? { text: body } : { opaque: body });

// How one person stands in one conversation.
class Member {
	seen = 0;
	delivered = 0;
	isMarked = false;
	draft = null; // { text, replyTo, updatedAt }
	moves = { delivered: [], seen: [] }; // { n, at }: when a watermark came to n

	move(kind, n, at) {
		if (n <= this[kind]) return false;
		this[kind] = n;
		this.moves[kind].push({ n, at });
		return true;
	}
}

class Message {
	reactions = []; // { emoji, user } in the order in which they came
	versions = []; // { n, body, at }
	hiddenBy = new Set();
	deletedAt = null;

	constructor(fields) {
		Object.assign(this, fields);
		this.sentAt = new Moment();
		this.versions.push({ n: this.n, body: this.body, at: this.sentAt });
	}

	get body() {
		return this.versions?.at(-1)?.body ?? this.first;
	}

	set body(first) {
		this.first = first;
	}

	// As in answers: with what VIEWER may see of the message that it answers.
	seenBy(viewer) {
		return { ...this.told(), replyTo: this.replyTo?.quotedFor(viewer) };
	}

	// As in events, which are the same for everybody.
	told() {
		const replyTo = this.replyTo ? { id: this.replyTo.id, n: this.replyTo.n } : undefined;
		const head = { id: this.id, conversation: this.conversation.id, n: this.n, from: this.from, kind: this.kind,
			createdAt: timeOf(this.id), sentAt: this.sentAt, replyTo };
		if (this.deletedAt) return { ...head, deletedAt: this.deletedAt };
		const edits = this.versions.length - 1;
		const reactions = this.reactionGroups();
		return { ...head, ...contentOf(this),
			...(edits > 0 ? { edits, editedAt: this.versions.at(-1).at } : {}),
			...(reactions.length > 0 ? { reactions } : {}) };
	}

	quotedFor(viewer) {
		const quote = { id: this.id, n: this.n };
		if (this.deletedAt || this.hiddenBy.has(viewer)) return { ...quote, unavailable: true };
		return { ...quote, from: this.from, kind: this.kind,
			text: this.kind === 'text' ? beginning(this.body, QUOTE_BYTES_MAX) : undefined };
	}

	reactionGroups() {
		const groups = new Map();
		for (const { emoji, user } of this.reactions) groups.set(emoji, [...(groups.get(emoji) ?? []), user]);
		return [...groups].map(([emoji, users]) => ({ emoji, count: users.length, users }));
	}
}

class Conversation {
	id = null; // the server's, as soon as it is known
	head = 0; // the number of the newest entry
	messages = [];
	latest = 0; // the place of the newest message among all conversations
	createdAt = new Moment();

	constructor(members) {
		this.members = members;
		this.of = new Map(members.map(({ id }) => [id, new Member()]));
	}

	get people() {
		return this.members.map(({ id }) => id);
	}

	othersThan(person) {
		return this.people.filter((id) => id !== person);
	}

	visibleTo(person) {
		return this.messages.filter(({ hiddenBy }) => !hiddenBy.has(person));
	}

	unreadOf(person) {
		const { seen } = this.of.get(person);
		return this.visibleTo(person)
			.filter(({ from, n, deletedAt }) => from !== person && n > seen && !deletedAt).length;
	}
}

export class Model {
	conversations = new Map(); // by key: the ids of its people, joined by +
	messages = new Map(); // by id
	edits = new Map(); // by the edit's id
	news = []; // { to, event, conversation, n, data }
	#places = 0;

	constructor(people, organization) {
		this.people = people;
		this.organization = organization;
		for (const one of people) {
			for (const other of people) this.#open(one.id === other.id ? [one] : [one, other]);
		}
	}

	#open(members) {
		const key = this.key(...members.map(({ id }) => id));
		if (!this.conversations.has(key)) this.conversations.set(key, new Conversation(members));
	}

	key(...ids) {
		return [...new Set(ids)].sort().join('+');
	}

	conversationsOf(person) {
		return [...this.conversations.values()].filter(({ people }) => people.includes(person));
	}

	// What PERSON has not hidden; null: for them there is none.
	#findVisible(person, id) {
		const message = this.messages.get(id);
		return message?.conversation.people.includes(person) && !message.hiddenBy.has(person) ? message : null;
	}

	#tell(to, event, conversation, data, n) {
		this.news.push({ to, event, conversation: conversation.id, n, data });
	}

	#tellAll(event, conversation, data) {
		for (const person of conversation.people) this.#tell(person, event, conversation, data, conversation.head);
	}

	// --- writing ---

	/*
	 * what  { id, key, kind, body, replyTo }: replyTo is a message's id or null
	 * A race that no client can see may let a reply through: HAS_WON says that it did.
	 */
	send(person, what, { hasWon = false } = {}) {
		const known = this.messages.get(what.id);
		const conversation = this.conversations.get(what.key);
		if (known) {
			const isSame = known.from === person && known.conversation === conversation && known.kind === what.kind
				&& known.first === what.body && (known.replyTo?.id ?? null) === what.replyTo;
			return isSame ? { ok: known.seenBy(person), repeated: true } : refusal('conflict');
		}
		const target = what.replyTo === null ? null
			: hasWon ? this.messages.get(what.replyTo) : this.#findVisible(person, what.replyTo);
		if (what.replyTo !== null && (target?.conversation !== conversation || (target.deletedAt && !hasWon))) {
			return refusal('not_found', 'replyTo');
		}
		conversation.head++;
		const message = new Message({ id: what.id, conversation, n: conversation.head, from: person, kind: what.kind,
			body: what.body, replyTo: target });
		this.messages.set(message.id, message);
		this.#writeHasRead(conversation, person);
		conversation.messages.push(message);
		message.place = ++this.#places;
		this.#tellAll('message.new', conversation, message.told());
		return { ok: message.seenBy(person), repeated: false };
	}

	// Who writes has read all that stands above.
	#writeHasRead(conversation, person) {
		const member = conversation.of.get(person);
		const at = new Moment();
		for (const kind of ['delivered', 'seen']) {
			if (conversation.messages.some(({ n }) => n > member[kind])) member.move(kind, conversation.head, at);
			member[kind] = conversation.head;
		}
	}

	/*
	 * what  { edit, id, kind, body }: edit is the edit's own id
	 */
	edit(person, what, { hasWon = false } = {}) {
		const message = hasWon ? this.messages.get(what.id) : this.#findVisible(person, what.id);
		const known = this.edits.get(what.edit);
		const again = () => {
			const isSame = known.person === person && known.id === what.id && known.kind === what.kind
				&& known.body === what.body;
			return isSame && message ? { ok: message.seenBy(person) } : refusal(isSame ? 'not_found' : 'conflict');
		};
		const no = this.#whyNoEdit(person, message, what);
		if (no) return known ? again() : no;
		if (message.body === what.body) return { ok: message.seenBy(person) };
		if (known) return again();
		const { conversation } = message;
		conversation.head++;
		message.versions.push({ n: conversation.head, body: what.body, at: new Moment() });
		this.edits.set(what.edit, { person, ...what });
		this.#tellAll('message.edited', conversation, message.told());
		return { ok: message.seenBy(person), isEntry: true };
	}

	#whyNoEdit(person, message, what) {
		if (!message) return refusal('not_found');
		if (message.from !== person) return refusal('forbidden');
		if (message.deletedAt) return refusal('conflict');
		if (message.kind !== what.kind) return refusal('invalid_request', what.kind);
		return message.versions.length > EDITS_MAX ? refusal('conflict') : null;
	}

	react(person, { id, emoji, on }, { hasWon = false } = {}) {
		const message = hasWon ? this.messages.get(id) : this.#findVisible(person, id);
		if (!message) return refusal('not_found');
		if (message.deletedAt) return refusal('conflict');
		const own = message.reactions.filter(({ user }) => user === person);
		const isOn = own.some((one) => one.emoji === emoji);
		if (isOn === on) return { ok: message.seenBy(person) };
		if (on && own.length >= REACTIONS_OWN_MAX) return refusal('conflict', 'emoji');
		const { conversation } = message;
		conversation.head++;
		message.reactions = on ? [...message.reactions, { emoji, user: person }]
			: message.reactions.filter((one) => one.user !== person || one.emoji !== emoji);
		this.#tellAll('message.reaction', conversation,
			{ conversation: conversation.id, message: id, user: person, emoji, on, at: new Moment() });
		return { ok: message.seenBy(person), isEntry: true };
	}

	// For everyone. Whoever has hidden a message of theirs may delete it still.
	delete(person, ids) {
		let isEntry = false;
		const items = ids.map((id) => {
			const message = this.messages.get(id);
			if (!message?.conversation.people.includes(person)) return { id, done: false, code: 'not_found' };
			if (message.from !== person) return { id, done: false, code: 'forbidden' };
			if (message.deletedAt) return { id, done: true };
			message.conversation.head++;
			message.deletedAt = new Moment();
			message.reactions = [];
			isEntry = true;
			this.#tellAll('message.deleted', message.conversation, message.told());
			return { id, done: true };
		});
		return { ok: { items }, isEntry };
	}

	deleteForMe(person, ids) {
		const items = ids.map((id) => {
			const message = this.messages.get(id);
			if (!message?.conversation.people.includes(person)) return { id, done: false, code: 'not_found' };
			if (message.hiddenBy.has(person)) return { id, done: true };
			message.hiddenBy.add(person);
			this.#tell(person, 'message.hidden', message.conversation,
				{ conversation: message.conversation.id, id, messageN: message.n });
			return { id, done: true };
		});
		return { ok: { items } };
	}

	// --- marks and drafts ---

	delivered(person, key, upTo) {
		return this.#mark(person, key, (member, head, at) => member.move('delivered', Math.min(upTo, head), at));
	}

	read(person, key, upTo) {
		return this.#mark(person, key, (member, head, at) => {
			const isMoved = member.move('seen', Math.min(upTo, head), at);
			return member.move('delivered', member.seen, at) || isMoved;
		}, false);
	}

	markUnread(person, key, isMarked) {
		return this.#mark(person, key, () => false, isMarked);
	}

	// MOVE moves watermarks and says whether one did; IS_MARKED is the flag then, if anything.
	#mark(person, key, move, isMarked) {
		const conversation = this.conversations.get(key);
		const member = conversation.of.get(person);
		const at = new Moment();
		const isMoved = move(member, conversation.head, at);
		const isFlagged = isMarked !== undefined && member.isMarked !== isMarked;
		if (isFlagged) member.isMarked = isMarked;
		const state = this.readState(person, conversation);
		if (isMoved || isFlagged) this.#tell(person, 'conversation.read', conversation, state, member.seen);
		if (isMoved) {
			for (const other of conversation.othersThan(person)) {
				this.#tell(other, 'conversation.receipt', conversation, { conversation: conversation.id, user: person,
					delivered: member.delivered, seen: member.seen, at });
			}
		}
		return { ok: state };
	}

	readState(person, conversation) {
		const { delivered, seen, isMarked } = conversation.of.get(person);
		return { conversation: conversation.id, delivered, seen, unread: conversation.unreadOf(person),
			markedUnread: isMarked };
	}

	/*
	 * What a commit made of some marks, told by STATE: for operations whose order only
	 * the server knows. Says what is wrong with it, or null.
	 */
	takeMarks(person, conversation, state) {
		const member = conversation.of.get(person);
		const at = new Moment();
		const { delivered, seen, markedUnread } = state;
		if (delivered < member.delivered) return `delivered went back from ${member.delivered} to ${delivered}`;
		if (seen < member.seen) return `seen went back from ${member.seen} to ${seen}`;
		if (seen > delivered || delivered > conversation.head) {
			return `seen ${seen}, delivered ${delivered}, the newest entry is ${conversation.head}`;
		}
		member.move('delivered', delivered, at);
		member.move('seen', seen, at);
		member.isMarked = markedUnread;
		return null;
	}

	draft(person, key, { text, replyTo }, { hasWon = false } = {}) {
		const conversation = this.conversations.get(key);
		const member = conversation.of.get(person);
		const target = replyTo === null ? null
			: hasWon ? this.messages.get(replyTo) : this.#findVisible(person, replyTo);
		if (replyTo !== null && (target?.conversation !== conversation || (target.deletedAt && !hasWon))) {
			return refusal('not_found', 'replyTo');
		}
		const isEmpty = text === '' && replyTo === null;
		const isSame = isEmpty ? member.draft === null
			: member.draft?.text === text && member.draft.replyTo === replyTo;
		if (!isSame) {
			const draft = { text, replyTo, updatedAt: new Moment() };
			member.draft = isEmpty ? null : draft;
			this.#tell(person, 'conversation.draft', conversation, this.#draftSeen(conversation, draft));
		}
		return { ok: this.#draftSeen(conversation, member.draft ?? { text, replyTo, updatedAt: new Moment() }) };
	}

	#draftSeen(conversation, { text, replyTo, updatedAt }) {
		return { conversation: conversation.id, text, replyTo: replyTo ?? undefined, updatedAt };
	}

	// --- reading ---

	get(person, id) {
		const message = this.#findVisible(person, id);
		return message ? { ok: message.seenBy(person) } : refusal('not_found');
	}

	history(person, key) {
		return this.conversations.get(key).visibleTo(person).map((message) => message.seenBy(person));
	}

	versions(person, id) {
		const message = this.#findVisible(person, id);
		if (!message) return refusal('not_found');
		const items = message.deletedAt ? [] : message.versions.toReversed()
			.map(({ n, body, at }) => ({ n, ...contentOf({ kind: message.kind, body }), at }));
		return { ok: { items, next: null } };
	}

	receipts(person, id) {
		const message = this.#findVisible(person, id);
		if (!message) return refusal('not_found');
		const { conversation } = message;
		const items = conversation.othersThan(person).map((user) => {
			const member = conversation.of.get(user);
			return { user,
				delivered: member.delivered >= message.n, deliveredAt: this.#passed(message, user, 'delivered'),
				seen: member.seen >= message.n, seenAt: this.#passed(message, user, 'seen') };
		});
		return { ok: { items } };
	}

	// When USER's watermark passed MESSAGE, as far as it has to be known.
	#passed(message, user, kind) {
		const member = message.conversation.of.get(user);
		const moves = member.moves[kind];
		const at = moves.findIndex(({ n }) => n >= message.n);
		if (message.from === user) return new Maybe(undefined);
		if (member[kind] < message.n) return undefined;
		return at >= moves.length - MOVES_KNOWN ? moves[at].at : new Maybe(moves[at].at);
	}

	conversation(person, conversation) {
		const { draft } = conversation.of.get(person);
		return { id: conversation.id, organization: this.organization, kind: 'direct',
			members: conversation.members.map(({ id, name }) => ({ id, name })), createdAt: conversation.createdAt,
			n: conversation.head, ...this.readState(person, conversation), conversation: undefined,
			others: conversation.othersThan(person).map((user) => {
				const { delivered, seen } = conversation.of.get(user);
				return { user, delivered, seen, at: new Maybe(undefined) };
			}),
			draft: draft ? this.#draftSeen(conversation, draft) : undefined,
			last: conversation.visibleTo(person).at(-1)?.seenBy(person) ?? null };
	}

	// The conversations with something to see in them, the newest activity first.
	list(person, filter) {
		const place = (conversation) => conversation.visibleTo(person).at(-1)?.place ?? 0;
		return this.conversationsOf(person)
			.filter((conversation) => place(conversation) > 0)
			.filter((conversation) => filter !== 'unread' || this.#isShownUnread(person, conversation))
			.sort((a, b) => place(b) - place(a))
			.map((conversation) => this.conversation(person, conversation));
	}

	#isShownUnread(person, conversation) {
		return conversation.unreadOf(person) > 0 || conversation.of.get(person).isMarked;
	}

	totals(person) {
		const all = this.conversationsOf(person);
		return { ok: { messages: all.reduce((sum, conversation) => sum + conversation.unreadOf(person), 0),
			conversations: all.filter((conversation) => this.#isShownUnread(person, conversation)).length } };
	}
}
