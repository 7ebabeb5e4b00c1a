// contract.gen.ts -- the contract as types: values, calls, events, error codes.
//
// Generated from api/ and src/base/err.def by `make generate`; do not edit.

/** What a message carries: text that people read, or bytes that its sender encrypted and the server only keeps. */
export type MessageKind = 'text' | 'opaque';

/** What the bearer of a token may call. */
export type Scope = 'user' | 'operator';

/** direct has two members, or one who keeps notes. */
export type ConversationKind = 'direct';

/** message.new: somebody wrote, or you did on another device; data is the message. conversation.read: you read on another device; data is how far. */
export type EventName = 'message.new' | 'conversation.read';

/** What each event has as its data. */
export interface Events {
	'message.new': Message;
	'conversation.read': ReadState;
}

/** A person, as other people of the organization see them. */
export interface User {
	/** The user id, stable for ever. */
	id: string;
	/** The display name; the id when none was given. */
	name: string;
}

/** An organization that a user belongs to. */
export interface Organization {
	/** The organization's id. */
	id: string;
	/** The domain of its JIDs, user@domain and conversation@mix.domain. */
	domain: string;
}

/** Whoever the token speaks for. */
export interface Me {
	/** The user id. */
	id: string;
	/** The display name; the id when none was given. */
	name: string;
	/** Where the user is a member; only that of the token when it names one. */
	organizations: Organization[];
	/** What the token may call. */
	scope: Scope;
}

/** A message as it is stored. Exactly one of text and opaque is there, as kind says. */
export interface Message {
	/** The UUID that its sender gave it. */
	id: string;
	/** The conversation it stands in. */
	conversation: string;
	/** Its number in the conversation, 1, 2, 3 and so on without a hole. Order by it. */
	n: number;
	/** The sender's user id. */
	from: string;
	/** Whether it has text or opaque. */
	kind: MessageKind;
	/** The text, at most 16,384 bytes of UTF-8. */
	text?: string;
	/** The bytes, at most 49,152; in JSON as base64. */
	opaque?: string;
	/** When its sender made it, by the sender's clock (the time in its id). */
	createdAt: string;
	/** When the server accepted it. */
	sentAt: string;
}

/** A piece of a conversation's history. */
export interface MessagePage {
	/** In the order of n, the oldest first. */
	items: Message[];
	/** Give it as after to read newer messages; null when these are the newest. */
	next: string | null;
	/** Give it as before to read older messages; null when these are the oldest. */
	prev: string | null;
}

/** A conversation as one of its members sees it. */
export interface Conversation {
	/** Its UUID. */
	id: string;
	/** The id of the organization it lives in. */
	organization: string;
	/** Who can be in it. */
	kind: ConversationKind;
	/** Everyone in it, yourself too. */
	members: User[];
	/** When it was opened. */
	createdAt: string;
	/** The number of the newest entry; 0 while there is none. */
	n: number;
	/** How far you have read. */
	seen: number;
	/** How many messages of others are behind what you have read. */
	unread: number;
	/** The newest message; null while there is none. */
	last: Message | null;
}

/** A piece of the list of conversations, the newest activity first. */
export interface ConversationPage {
	/** The newest activity first. */
	items: Conversation[];
	/** Give it as cursor to read on; null at the end. */
	next: string | null;
}

/** How far a person has read in a conversation. */
export interface ReadState {
	/** The conversation that was read. */
	conversation: string;
	/** The number up to which everything is read. */
	seen: number;
	/** How many messages of others are behind it. */
	unread: number;
}

/** News. It may be lost, and the same news is in sync; so take it as a nudge and the log as the truth. Which data it has is told by its name; names that you do not know you skip. */
export type Event = { [Name in keyof Events]: {
	/** What happened. */
	event: Name;
	/** Where to go on from after this event, as since. */
	cursor: string;
	/** Where it happened. */
	conversation: string;
	/** The entry's number in the conversation; for conversation.read what is seen. */
	n: number;
	/** A Message for message.new, a ReadState for conversation.read. */
	data: Events[Name];
} }[keyof Events];

/** What has happened since a cursor. */
export interface SyncPage {
	/** The events in the order in which they happened. */
	items: Event[];
	/** Ask from here the next time. */
	cursor: string;
	/** There is more already; ask again at once. */
	more: boolean;
	/** The cursor was too old or not ours. Load conversations and histories anew, then go on from the cursor given here. */
	reload: boolean;
}

/** Why a call was refused (RFC 9457). Compare the code; show the rest to people. */
export interface Problem {
	/** /problems/ and the code. */
	type: string;
	/** A sentence for the code, always the same. */
	title: string;
	/** The HTTP status. */
	status: number;
	/** What is wrong this time, for people. */
	detail?: string;
	/** The id of the request, as in the server's log. */
	instance?: string;
	/** What happened, in one word that never changes. More may come. */
	code: string;
	/** The argument that is meant. */
	field?: string;
	/** Try again after so many milliseconds. Codes that are final have none. */
	retryAfterMs?: number;
	/** With invalid_id, the server's time. */
	serverTime?: string;
}

/** How the server is. */
export interface Health {
	/** ok; draining while it ends; failing when a part does not answer. */
	status: string;
	/** The part that does not answer. */
	part?: string;
}

/** What the server takes. */
export interface Limits {
	/** Bytes of one WebSocket message. */
	frameBytes: number;
	/** Bytes of a message's text. */
	textBytes: number;
	/** Bytes of an opaque message. */
	opaqueBytes: number;
	/** Items of one page. */
	pageItems: number;
	/** Calls of one connection that may be unanswered; then it is read no more. */
	calls: number;
}

/** The server's answer to hello. Events follow from the cursor on. */
export interface Welcome {
	type: "welcome";
	/** Whose token it was. */
	me: Me;
	/** Where the events begin, as since. */
	cursor: string;
	/** The server's clock. */
	serverTime: string;
	/** What the server takes. */
	limits: Limits;
	/** Send a ping after so many milliseconds without a frame of yours. */
	heartbeatMs: number;
}

/** The server is about to close the socket, with the same code. */
export interface Bye {
	type: "bye";
	/** The close code that follows. */
	code: number;
	/** For people. */
	reason: string;
	/** Come back after so many milliseconds, with some chance added. */
	retryAfterMs: number;
}

/** Every code with which the server refuses. */
export type ErrorCode =
	| 'invalid_request'
	| 'invalid_id'
	| 'unauthenticated'
	| 'token_expired'
	| 'forbidden'
	| 'not_found'
	| 'method_not_allowed'
	| 'request_timeout'
	| 'conflict'
	| 'too_large'
	| 'unsupported_media'
	| 'organization_required'
	| 'rate_limited'
	| 'internal'
	| 'unavailable'
	| 'nft_resolver_missing';

/** Every call: what goes in, what comes out. */
export interface Calls {
	/** Answers the user of the token, their organizations and the token's scope. */
	'me.get': {
		args: Record<string, never>;
		result: Me;
	};
	/** Answers a person with whom you share an organization. Others are not_found, whether they exist or not. */
	'users.get': {
		args: {
			/** The person's address. */
			user: string;
		};
		result: User;
	};
	/** Answers the conversations that have messages, the newest activity first, each with its last message and how many are unread. */
	'conversations.list': {
		args: {
			/** How many items at most. */
			limit?: number;
			/** The next of the page before. */
			cursor?: string;
			/** Only those of this organization; all of yours when it is left out. */
			organization?: string;
		};
		result: ConversationPage;
	};
	/** Opens the direct conversation with a person, or finds it: there is one for each pair in each organization. With your own address it is the one for your notes. */
	'conversations.direct': {
		args: {
			/** The person's address. */
			user: string;
			/** In which organization; needed when you share several. */
			organization?: string;
		};
		result: Conversation;
	};
	/** Answers a conversation that you are a member of. */
	'conversations.get': {
		args: {
			/** The conversation's id, or its JID. */
			conversation: string;
		};
		result: Conversation;
	};
	/** Moves your watermark forward. It never goes back and never beyond the newest entry, so asking twice, or late, does no harm. Your other devices hear of it. */
	'conversations.read': {
		args: {
			/** The conversation's id, or its JID. */
			conversation: string;
			/** The number of the last message that was read. */
			upTo: number;
		};
		result: ReadState;
	};
	/** Answers messages before a place, after one, or around one; without any of them the newest. The place itself is not among those before or after it. Only one of the three may be given. A page has at most limit messages and ends earlier when it holds 128 KiB of them. Nothing is missed or repeated while others write. */
	'messages.list': {
		args: {
			/** The conversation's id, or its JID. */
			conversation: string;
			/** Older than this number or message id. */
			before?: string;
			/** Newer than this number or message id; 0 begins with the first. */
			after?: string;
			/** On both sides of this number or message id, and itself. */
			around?: string;
			/** How many items at most. */
			limit?: number;
		};
		result: MessagePage;
	};
	/** Stores a message and answers once it is on stable storage; then everyone in the conversation gets it. Sending the same message with the same id again stores nothing and answers the first result with 200; the same id with something else is a conflict. */
	'messages.send': {
		args: {
			/** The conversation's id, or its JID. */
			conversation: string;
			/** The message's id, a UUIDv7 of the present that the sender makes; the same id for every try. The server makes one when it is left out. */
			id?: string;
			/** The text, at most 16,384 bytes of UTF-8. */
			text?: string;
			/** Bytes that only clients understand, at most 49,152; in JSON as base64. */
			opaque?: string;
		};
		result: Message;
	};
	/** The same as messages.send to the direct conversation with that person, which is made if this is its first message. */
	'messages.sendToUser': {
		args: {
			/** The person's address, or a conversation's. */
			address: string;
			/** The message's id, a UUIDv7 of the present that the sender makes; the same id for every try. The server makes one when it is left out. */
			id?: string;
			/** The text, at most 16,384 bytes of UTF-8. */
			text?: string;
			/** Bytes that only clients understand, at most 49,152; in JSON as base64. */
			opaque?: string;
			/** In which organization; needed when you share several. */
			organization?: string;
		};
		result: Message;
	};
	/** Answers a message of a conversation that you are a member of. */
	'messages.get': {
		args: {
			/** The message's id. */
			id: string;
		};
		result: Message;
	};
	/** Answers what has happened in your conversations since a cursor, in order. Without since nothing but the cursor of now. Whoever missed events asks here and has everything. */
	'sync': {
		args: {
			/** The cursor of the last event or page that you have. */
			since?: string;
			/** How many items at most. */
			limit?: number;
		};
		result: SyncPage;
	};
}

/** Where each call is over HTTP; arguments that are in neither path nor query are the body. */
export const ROUTES: {
	readonly [Name in keyof Calls]: { readonly method: string; readonly path: string; readonly query: readonly string[] };
} = {
	'me.get': { method: 'GET', path: '/v1/me', query: [] },
	'users.get': { method: 'GET', path: '/v1/users/{user}', query: [] },
	'conversations.list': { method: 'GET', path: '/v1/conversations', query: ['limit', 'cursor', 'organization'] },
	'conversations.direct': { method: 'POST', path: '/v1/conversations/direct', query: [] },
	'conversations.get': { method: 'GET', path: '/v1/conversations/{conversation}', query: [] },
	'conversations.read': { method: 'POST', path: '/v1/conversations/{conversation}/read', query: [] },
	'messages.list': { method: 'GET', path: '/v1/conversations/{conversation}/messages', query: ['before', 'after', 'around', 'limit'] },
	'messages.send': { method: 'POST', path: '/v1/conversations/{conversation}/messages', query: [] },
	'messages.sendToUser': { method: 'POST', path: '/v1/users/{address}/messages', query: [] },
	'messages.get': { method: 'GET', path: '/v1/messages/{id}', query: [] },
	'sync': { method: 'GET', path: '/v1/sync', query: ['since', 'limit'] },
};
