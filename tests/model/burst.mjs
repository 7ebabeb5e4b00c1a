// burst.mjs -- what several devices did at once: the order is the log's.
//
// takeBurst() lets the model follow what the witnesses heard and finds what cannot
// be: a number missing, an edit after a deletion, a mark that went back. judgeBurst()
// looks at each answer: what was done has to be in the log, what was refused has to
// have had its reason.
import { differ, difference } from './match.mjs';

const SHARED = new Set(['message.new', 'message.edited', 'message.deleted', 'message.reaction']);

// Lets the model do what the event FRAME tells WITNESS; gives what it foretells.
const FOLLOW = {
	'message.new'(play, { data }) {
		const { person, ...what } = play.issued.get(data.id) ?? differ(`nobody sent ${JSON.stringify(data)}`);
		const done = play.model.send(person, what, { hasWon: true });
		return done.repeated === false && data.from === person;
	},
	'message.edited'(play, { data }) {
		const body = data.text ?? data.opaque;
		const { person, name, ...what } = play.issuedEdits.find((one) => one.id === data.id && one.body === body
			&& !play.model.edits.has(one.edit)) ?? differ(`nobody edited ${JSON.stringify(data)}`);
		return play.model.edit(person, what, { hasWon: true }).isEntry;
	},
	'message.deleted': (play, { data }) => play.model.delete(data.from, [data.id]).isEntry,
	'message.reaction': (play, { data: { message, user, emoji, on } }) => play.model
		.react(user, { id: message, emoji, on }, { hasWon: true }).isEntry,
	'message.hidden': (play, { data }, { person }) => play.model.deleteForMe(person, [data.id]).ok,
	'conversation.read'(play, { data, conversation }, { person }) {
		const found = conversationOf(play, conversation);
		const wrong = play.model.takeMarks(person, found, data);
		if (wrong) differ(`${person}: ${wrong}`);
		const { delivered, seen, markedUnread } = found.of.get(person);
		play.model.news.push({ to: person, event: 'conversation.read', conversation, n: seen,
			data: { ...play.model.readState(person, found), delivered, seen, markedUnread: markedUnread ?? data.markedUnread } });
		return true;
	},
	'conversation.draft'(play, { data, conversation }, { person }) {
		const what = { text: data.text, replyTo: data.replyTo ?? null };
		return play.model.draft(person, play.model.key(...conversationOf(play, conversation).people), what, { hasWon: true }).ok;
	},
	// Devices look whether it goes back, and in the end whether it is right.
	'conversation.receipt': (play, frame) => {
		play.model.news.push({ to: 'skip', frame });
		return true;
	},
};

function conversationOf(play, id) {
	return [...play.model.conversations.values()].find((conversation) => conversation.id === id);
}

// Notes how everybody stands now, so that answers can be found among it.
function note(play, seen) {
	for (const conversation of play.model.conversations.values()) {
		for (const person of conversation.people) {
			seen.states.add(`${person} ${JSON.stringify(play.model.readState(person, conversation))}`);
			seen.drafts.add(`${person} ${conversation.id} ${JSON.stringify(conversation.of.get(person).draft)}`);
		}
	}
}

function noteMessage(play, seen, { data }) {
	const message = play.model.messages.get(data.message ?? data.id);
	if (!message) return;
	seen.bodies.add(`${message.id} ${message.body}`);
	for (const { emoji, user } of message.reactions) seen.reactions.add(`${message.id} ${user} ${emoji} true`);
	if (data.on === false) seen.reactions.add(`${message.id} ${data.user} ${data.emoji} false`);
	for (const user of message.conversation.people) {
		const own = message.reactions.filter((one) => one.user === user).length;
		seen.most.set(`${message.id} ${user}`, Math.max(own, seen.most.get(`${message.id} ${user}`) ?? 0));
	}
}

function follow(play, seen, frame, witness) {
	const { type, cursor, ...heard } = frame;
	const what = () => `after step ${play.ops.length} ${witness.name} heard ${JSON.stringify(heard)}`;
	play.model.news = [];
	if (!FOLLOW[frame.event]?.(play, frame, witness)) differ(`${what()}, which cannot be`);
	const { to, ...expected } = play.model.news.find((news) => news.to === witness.person) ?? {};
	const found = frame.event === 'conversation.receipt' ? null : difference(expected, heard);
	if (found) differ(`${what()}: ${found}`);
	noteMessage(play, seen, frame);
	note(play, seen);
}

/*
 * Follows what the witnesses heard, HEARD, in an order that fits both: what is
 * between the people comes at the same time for both, the rest is each one's own.
 */
export function takeBurst(play, heard) {
	const seen = { states: new Set(), drafts: new Set(), bodies: new Set(), reactions: new Set(), most: new Map() };
	const shared = play.conversation('both').id;
	const isShared = ({ event, conversation }) => SHARED.has(event) && conversation === shared;
	const lines = heard.map((events) => events.slice());
	note(play, seen);
	while (lines.some((line) => line.length > 0)) {
		lines.forEach((line, i) => {
			while (line.length > 0 && !isShared(line[0])) follow(play, seen, line.shift(), play.witnesses[i]);
		});
		const [first, ...rest] = lines.map((line) => line.shift());
		if (!first && rest.every((one) => !one)) break;
		for (const one of rest) {
			const found = difference({ ...first, cursor: undefined }, { ...one, cursor: undefined });
			if (found) differ(`after step ${play.ops.length} the witnesses heard different things: ${found}`);
		}
		follow(play, seen, first, play.witnesses[0]);
	}
	return seen;
}

// --- answers ---

const isMember = (play, person, id) => play.model.messages.get(id)?.conversation.people.includes(person) ?? false;
const isHidden = (play, person, id) => !isMember(play, person, id) || play.model.messages.get(id).hiddenBy.has(person);
const isDeleted = (play, id) => play.model.messages.get(id)?.deletedAt;

// Why a message could be refused, by the code: true when there is a reason.
const REASONS = {
	not_found: (play, person, { args, problem }) => isHidden(play, person, problem.field === 'replyTo' ? args.replyTo : args.id)
		|| (problem.field === 'replyTo' && (isDeleted(play, args.replyTo)
			|| play.model.messages.get(args.replyTo).conversation.id !== args.conversation)),
	forbidden: (play, person, { args }) => play.model.messages.get(args.id)?.from !== person,
	conflict: (play, person, { args, problem, seen }) => isDeleted(play, args.id)
		|| (problem.field === 'emoji' && (seen.most.get(`${args.id} ${person}`) ?? 8) >= 8),
	invalid_request: (play, person, { args }) => play.model.messages.get(args.id)?.kind !== (args.text === undefined ? 'opaque' : 'text'),
};

const DONE = {
	send: (play, person, { what }, { result }) => {
		const message = play.model.messages.get(what.id);
		return message && result.n === message.n && result.id === message.id && message.from === person;
	},
	edit: (play, person, { what }, frame, { seen, before }) => play.model.edits.has(what.edit)
		|| seen.bodies.has(`${what.id} ${what.body}`) || before[what.id]?.body === what.body,
	react: (play, person, { args: { id, emoji, on } }, frame, { seen, before }) => {
		const wasOn = before[id]?.reactions.some((one) => one.user === person && one.emoji === emoji);
		return wasOn === on || seen.reactions.has(`${id} ${person} ${emoji} ${on}`);
	},
	delete: (play, person, request, { result }) => result.items.every(({ id, done, code }) => (done ? isDeleted(play, id)
		: code === (isMember(play, person, id) ? 'forbidden' : 'not_found') && play.model.messages.get(id)?.from !== person)),
	deleteForMe: (play, person, request, { result }) => result.items.every(({ id, done, code }) => isHidden(play, person, id)
		&& done === isMember(play, person, id) && (done || code === 'not_found')),
	read: (play, person, request, frame, { seen }) => seen.states.has(`${person} ${JSON.stringify(frame.result)}`),
	draft: (play, person, { args }, { result }) => result.text === args.text && result.replyTo === args.replyTo,
};
DONE.delivered = DONE.read;
DONE.markUnread = DONE.read;

export function judgeBurst(play, parts, before, seen) {
	for (const { device, ops, frames } of parts) {
		ops.forEach((request, i) => {
			const frame = frames[i];
			const { problem } = frame;
			const { person } = device;
			const fits = problem ? REASONS[problem.code]?.(play, person, { args: request.args, problem, seen })
				: DONE[request.op.kind](play, person, request, frame, { seen, before });
			if (!fits) {
				differ(`after step ${play.ops.length} ${device.name} ${JSON.stringify(request.op)} ${
					JSON.stringify(request.args)} was answered ${JSON.stringify(frame)}, which does not fit the log`);
			}
		});
	}
}
