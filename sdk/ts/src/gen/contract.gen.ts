// contract.gen.ts -- the contract as types: values, calls, events, error codes.
//
// Generated from api/ and src/base/err.def by `make generate`; do not edit.

/** What a message carries: text that people read, or bytes that its sender encrypted and the server only keeps. */
export type MessageKind = 'text' | 'opaque';

/** What the bearer of a token may call. */
export type Scope = 'user' | 'operator' | 'bot' | 'admin';

/** How pages look; system follows the device. */
export type Theme = 'system' | 'light' | 'dark';

/** all; or only those with unread messages, or marked as unread. */
export type ConversationFilter = 'all' | 'unread';

/** direct has two members, or one who keeps notes. */
export type ConversationKind = 'direct';

/** What sort of name an alias is. A wallet is also an address; external is whatever another system calls the person. */
export type AliasKind = 'wallet' | 'email' | 'phone' | 'external';

/** composing ends by itself 6 seconds after it was last said. */
export type TypingState = 'composing' | 'gone';

/** message.new: somebody wrote, or you did on another device. message.edited and message.deleted: the message as it is now. message.reaction: somebody reacted, or took it back. message.hidden: you deleted it for yourself on another device. conversation.read: how you stand, changed on another device. conversation.receipt: another member received or read more. conversation.draft: what you began to write on another device. me.changed: your profile or settings. contacts.changed: your contacts. me.unread: the totals, for who has asked. conversation.typing and presence: as they say. */
export type EventName = 'message.new' | 'message.edited' | 'message.deleted' | 'message.reaction' | 'message.hidden' | 'conversation.read' | 'conversation.receipt' | 'conversation.draft' | 'me.changed' | 'contacts.changed' | 'me.unread' | 'conversation.typing' | 'presence';

/** What each event has as its data. */
export interface Events {
	'message.new': Message;
	'message.edited': Message;
	'message.deleted': Message;
	'message.reaction': ReactionChange;
	'message.hidden': HiddenMessage;
	'conversation.read': ReadState;
	'conversation.receipt': ReceiptChange;
	'conversation.draft': Draft;
	'me.changed': MeChange;
	'contacts.changed': ContactChange;
	'me.unread': UnreadTotals;
	'conversation.typing': Typing;
	'presence': Presence;
}

/** A person, as other people of the organization see them. */
export interface User {
	/** The user id, stable for ever. */
	id: string;
	/** The display name; the id when none was given. */
	name: string;
	/** True when it is a program and no person; else left out. */
	bot?: boolean;
}

/** A person with all that others may know. */
export interface Profile {
	/** The user id, stable for ever. */
	id: string;
	/** The display name; the id when none was given. */
	name: string;
	/** True when it is a program and no person; else left out. */
	bot?: boolean;
	/** What the person, or the app, has noted for everybody; left out when there is none. */
	metadata?: Record<string, unknown>;
}

/** What a person has set for all their devices. */
export interface Settings {
	/** Others may see whether the person is online, and when they were. */
	showPresence: boolean;
	/** Others may see what the person has received and read. */
	showReceipts: boolean;
	/** A language tag of BCP 47; left out when none was chosen. */
	language?: string;
	/** How pages look. */
	theme: Theme;
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
	/** What the user has set. */
	settings: Settings;
	/** What others may read of it; left out when there is none. */
	metadata?: Record<string, unknown>;
	/** What only the user and the operator read; left out when there is none. */
	privateMetadata?: Record<string, unknown>;
}

/** A message as it is now. Exactly one of text and opaque is there, as kind says; none of them when it was deleted. */
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
	/** The message that it answers; left out when it answers none. */
	replyTo?: Quote;
	/** How often it was edited; left out when it never was. */
	edits?: number;
	/** When it was edited last. */
	editedAt?: string;
	/** What people reacted with, the oldest first; left out when nobody did. */
	reactions?: Reaction[];
	/** When it was deleted for everyone; left out when it was not. */
	deletedAt?: string;
}

/** The message that another one answers, as its reader may see it. In events there are only id and n; in answers also who wrote what, unless it is unavailable: deleted, or hidden from the reader. */
export interface Quote {
	/** The message. */
	id: string;
	/** Its number. */
	n: number;
	/** Who wrote it. */
	from?: string;
	/** What it carries; unknown when it is left out. */
	kind?: MessageKind;
	/** The beginning of its text, at most 256 bytes. */
	text?: string;
	/** True when it cannot be shown; else left out. */
	unavailable?: boolean;
}

/** An emoji and who reacted with it. */
export interface Reaction {
	/** The emoji. */
	emoji: string;
	/** How many people. */
	count: number;
	/** The ids of the first of them. */
	users: string[];
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

/** One version of a message. */
export interface Edit {
	/** The number of the entry that brought it. */
	n: number;
	/** The text of this version. */
	text?: string;
	/** The bytes of this version; in JSON as base64. */
	opaque?: string;
	/** When the server accepted it. */
	at: string;
}

/** The versions of a message. */
export interface EditPage {
	/** The newest first. */
	items: Edit[];
	/** Give it as before to read older versions; null at the end. */
	next: string | null;
}

/** What happened to one of several. */
export interface Outcome {
	/** The one that is meant. */
	id: string;
	/** True when it is so now, whether it was before or not. */
	done: boolean;
	/** Why not, as in a problem; left out when it is done. */
	code?: string;
}

/** What happened to each, in the order in which they were named. */
export interface OutcomeList {
	/** One for each. */
	items: Outcome[];
}

/** How far a message has come with one member. */
export interface Receipt {
	/** The member. */
	user: string;
	/** It has arrived on a device of theirs. */
	delivered: boolean;
	/** When; left out when it is not known. */
	deliveredAt?: string;
	/** They have read it. */
	seen: boolean;
	/** When; left out when it is not known. */
	seenAt?: string;
}

/** How far a message has come. */
export interface ReceiptList {
	/** The other members. */
	items: Receipt[];
}

/** How far another member has come in a conversation. */
export interface Watermark {
	/** The member. */
	user: string;
	/** The number up to which everything has arrived. */
	delivered: number;
	/** The number up to which everything is read. */
	seen: number;
	/** When it moved last; left out when it is not known. */
	at?: string;
}

/** What a person has begun to write. */
export interface Draft {
	/** Where. */
	conversation: string;
	/** The text so far; empty when there is none any more. */
	text: string;
	/** The message that it will reply to; left out when there is none. */
	replyTo?: string;
	/** When it was kept. */
	updatedAt: string;
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
	/** How far it has arrived on your devices. */
	delivered: number;
	/** How far you have read. */
	seen: number;
	/** How many messages of others are behind what you have read. */
	unread: number;
	/** You want it shown as unread. */
	markedUnread: boolean;
	/** How far the others have come; without those who hide it, and empty when you hide yours. */
	others: Watermark[];
	/** What you have begun to write; left out when there is nothing. */
	draft?: Draft;
	/** The newest message that you may see; null while there is none. */
	last: Message | null;
}

/** A piece of the list of conversations, the newest activity first. */
export interface ConversationPage {
	/** The newest activity first. */
	items: Conversation[];
	/** Give it as cursor to read on; null at the end. */
	next: string | null;
}

/** How a person stands in a conversation. */
export interface ReadState {
	/** The conversation. */
	conversation: string;
	/** The number up to which everything has arrived. */
	delivered: number;
	/** The number up to which everything is read. */
	seen: number;
	/** How many messages of others are behind it. */
	unread: number;
	/** The person wants it shown as unread. */
	markedUnread: boolean;
}

/** A device that is signed in. */
export interface Session {
	/** Its UUID. */
	id: string;
	/** What people call the device; left out when nothing was said. */
	device?: string;
	/** The only organization in which it acts; left out when it is all of the person's. */
	organization?: string;
	/** When it signed in. */
	createdAt: string;
	/** When its tokens were renewed last. */
	usedAt: string;
	/** It is the one that asks. */
	current: boolean;
}

/** The devices of a person. */
export interface SessionList {
	/** The one used last first. */
	items: Session[];
}

/** A session and the tokens that speak for it. */
export interface SessionGrant {
	/** The token for calls and sockets. */
	accessToken: string;
	/** When the access token ends; fetch the next one before. */
	expiresAt: string;
	/** Gives the next tokens, once. */
	refreshToken: string;
	/** The session. */
	session: Session;
	/** Who is signed in. */
	me: Me;
}

/** What a badge shows. */
export interface UnreadTotals {
	/** Unread messages of all conversations. */
	messages: number;
	/** Conversations with unread messages, or marked as unread. */
	conversations: number;
}

/** People that were found. */
export interface UserPage {
	/** Sorted by name for the reader's language. */
	items: User[];
	/** Give it as cursor to read on; null at the end. */
	next: string | null;
}

/** A person whom somebody keeps. */
export interface Contact {
	/** The user id. */
	id: string;
	/** The display name; the id when none was given. */
	name: string;
	/** True when it is a program and no person; else left out. */
	bot?: boolean;
	/** Since when. */
	addedAt: string;
}

/** A piece of one's contacts. */
export interface ContactPage {
	/** Sorted by name for the reader's language. */
	items: Contact[];
	/** Give it as cursor to read on; null at the end. */
	next: string | null;
}

/** Another name of a person. */
export interface Alias {
	/** Whose it is. */
	user: string;
	/** What sort of name it is. */
	kind: AliasKind;
	/** The name, in the form in which it is compared. */
	value: string;
	/** Since when. */
	createdAt: string;
}

/** The aliases of a person. */
export interface AliasList {
	/** By kind and value. */
	items: Alias[];
}

/** Somebody is writing, or no more. */
export interface Typing {
	/** Where. */
	conversation: string;
	/** Who. */
	user: string;
	/** Whether they are writing. */
	state: TypingState;
}

/** Whether a person is there. */
export interface Presence {
	/** Who. */
	user: string;
	/** A device of theirs is connected; false also for who hides it. */
	online: boolean;
	/** When the last device left; left out when it is not known, and while online. */
	lastSeen?: string;
}

/** Whether several people are there. */
export interface PresenceList {
	/** In the order in which they were named. */
	items: Presence[];
}

/** Somebody reacted, or took it back. */
export interface ReactionChange {
	/** Where. */
	conversation: string;
	/** The message. */
	message: string;
	/** Who. */
	user: string;
	/** The emoji. */
	emoji: string;
	/** False when it was taken back. */
	on: boolean;
	/** When. */
	at: string;
}

/** A message that is no longer shown to oneself. */
export interface HiddenMessage {
	/** Where. */
	conversation: string;
	/** The message. */
	id: string;
	/** Its number. */
	messageN: number;
}

/** Another member has received or read more. */
export interface ReceiptChange {
	/** Where. */
	conversation: string;
	/** Who. */
	user: string;
	/** The number up to which everything has arrived. */
	delivered: number;
	/** The number up to which everything is read. */
	seen: number;
	/** When. */
	at: string;
}

/** What you, or the operator, changed of your profile or settings; all of it as it is now. */
export interface MeChange {
	/** The display name. */
	name: string;
	/** All settings. */
	settings: Settings;
	/** What others may read of it; left out when there is none. */
	metadata?: Record<string, unknown>;
	/** What only the user and the operator read; left out when there is none. */
	privateMetadata?: Record<string, unknown>;
}

/** Your contacts changed on another device. */
export interface ContactChange {
	/** Who was added or removed. */
	user: string;
	/** They are a contact now. */
	contact: boolean;
}

/** News. It may be lost, and the same news is in sync, but for me.unread, conversation.typing and presence, which pass; so take it as a nudge and the log as the truth. Which data it has is told by its name; names that you do not know you skip. */
export type Event = { [Name in keyof Events]: {
	/** What happened. */
	event: Name;
	/** Where to go on from after this event, as since; left out of what passes. */
	cursor?: string;
	/** Where it happened; left out when it is in none. */
	conversation?: string;
	/** The entry's number in the conversation; for conversation.read what is seen; else left out. */
	n?: number;
	/** What its name says. */
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
	/** Changes what is given and leaves the rest. Metadata is kept as it is and never interpreted; 16 KiB for each part. A new password needs the old one, and ends your other sessions. */
	'me.update': {
		args: {
			/** The display name. */
			name?: string;
			/** What everybody in your organizations may read. */
			metadata?: Record<string, unknown>;
			/** What only you and the operator read. */
			privateMetadata?: Record<string, unknown>;
			/** The new password, of at least 8 characters. */
			password?: string;
			/** The password until now; needed when there is one. */
			oldPassword?: string;
		};
		result: Me;
	};
	/** Changes what is given and answers all of them; with nothing given it only answers. They follow you to all devices. Who hides their receipts or presence does not see those of others. */
	'me.settings': {
		args: {
			/** Others may see whether you are online, and when you were. */
			showPresence?: boolean;
			/** Others may see what you have received and read. */
			showReceipts?: boolean;
			/** A language tag of BCP 47; lists are sorted for it. */
			language?: string;
			/** How pages look. */
			theme?: Theme;
		};
		result: Settings;
	};
	/** Answers the totals for a badge. A socket that has asked hears of every change, at most once a second. */
	'me.unread': {
		args: Record<string, never>;
		result: UnreadTotals;
	};
	/** Answers your device sessions that have not ended, the one used last first. */
	'sessions.list': {
		args: Record<string, never>;
		result: SessionList;
	};
	/** Begins a session for a device. Who you are is shown in one of three ways: by user and password; by the code of a link that the operator made (an invitation, or a reset), together with the new password; or by a token of the app's own back end. A wrong password is slow, and after several of them you have to wait: rate_limited says how long. */
	'sessions.create': {
		args: {
			/** Who signs in, with password. */
			user?: string;
			/** The password; with link, the new one, of at least 8 characters. */
			password?: string;
			/** The code of an invitation or of a reset. */
			link?: string;
			/** A token that the app's back end made, in place of user and password. */
			token?: string;
			/** What people call the device. */
			device?: string;
			/** Act only in this organization; in all of yours when it is left out. */
			organization?: string;
		};
		result: SessionGrant;
	};
	/** Gives the next access token and the next refresh token. Each refresh token is good once; for 60 seconds it still gives the same answer, for a client that lost it. One that is used later ends the session, because somebody else may have it. */
	'sessions.refresh': {
		args: {
			/** The refresh token that came last. */
			refreshToken: string;
		};
		result: SessionGrant;
	};
	/** Ends a session of yours: its tokens are refused at once and its connections closed. Ending it again changes nothing. */
	'sessions.end': {
		args: {
			/** The session's id. */
			session: string;
		};
		result: Session;
	};
	/** Answers a person with whom you share an organization. Others are not_found, whether they exist or not. */
	'users.get': {
		args: {
			/** The person's address. */
			user: string;
		};
		result: Profile;
	};
	/** Finds people of your organizations by the beginnings of the words of their name, or by the beginning of their id, sorted for your language. */
	'users.search': {
		args: {
			/** What to look for. */
			query: string;
			/** How many items at most. */
			limit?: number;
			/** The next of the page before. */
			cursor?: string;
			/** Only in this organization; in all of yours when it is left out. */
			organization?: string;
		};
		result: UserPage;
	};
	/** Answers the people you keep, sorted by name for your language; with a query only those whose name or id fits. */
	'contacts.list': {
		args: {
			/** What to look for. */
			query?: string;
			/** How many items at most. */
			limit?: number;
			/** The next of the page before. */
			cursor?: string;
		};
		result: ContactPage;
	};
	/** Adds a person of your organizations to your contacts. They do not hear of it. Adding them again changes nothing. At most 10,000. */
	'contacts.add': {
		args: {
			/** The person's address. */
			user: string;
		};
		result: Contact;
	};
	/** Takes a person off your contacts. Removing somebody who is none changes nothing. */
	'contacts.remove': {
		args: {
			/** The person's address. */
			user: string;
		};
		result: User;
	};
	/** Answers the aliases of a person: your own; the operator may ask for anybody. */
	'aliases.list': {
		args: {
			/** Whose; your own when it is left out. */
			user?: string;
		};
		result: AliasList;
	};
	/** Makes a person known by another name, which is theirs alone in the deployment. Wallets are compared without case and chain. Adding it again changes nothing; one that somebody else has is a conflict. */
	'aliases.add': {
		args: {
			/** The person. */
			user: string;
			/** What sort of name it is. */
			kind: AliasKind;
			/** The name. */
			value: string;
		};
		result: Alias;
	};
	/** From then on nobody is known by it. Old conversations stay with whom they were. */
	'aliases.remove': {
		args: {
			/** What sort of name it is. */
			kind: AliasKind;
			/** The name. */
			value: string;
		};
		result: Alias;
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
			/** Which of them; all when it is left out. */
			filter?: ConversationFilter;
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
	/** Moves your watermark of what has arrived on a device of yours. It never goes back and never beyond the newest entry. Clients send it as messages arrive, once for many. The others hear of it. */
	'conversations.delivered': {
		args: {
			/** The conversation's id, or its JID. */
			conversation: string;
			/** The number of the last one that arrived. */
			upTo: number;
		};
		result: ReadState;
	};
	/** Tells the others that you are composing, or no more. It ends by itself 6 seconds after it was last said, and with your message. Nothing is stored. */
	'conversations.typing': {
		args: {
			/** The conversation's id, or its JID. */
			conversation: string;
			/** Whether you are writing. */
			state: TypingState;
		};
		result: Typing;
	};
	/** Sets or clears a mark of your own on a conversation. It moves no watermark; reading the conversation clears it. */
	'conversations.markUnread': {
		args: {
			/** The conversation's id, or its JID. */
			conversation: string;
			/** Whether it is to be shown as unread. */
			unread: boolean;
		};
		result: ReadState;
	};
	/** Keeps a draft for all your devices; an empty text without replyTo removes it. */
	'conversations.draft': {
		args: {
			/** The conversation's id, or its JID. */
			conversation: string;
			/** The text so far. */
			text: string;
			/** The message that it will reply to. */
			replyTo?: string;
		};
		result: Draft;
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
			/** The message of the same conversation that this one answers. */
			replyTo?: string;
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
			/** The message of the same conversation that this one answers. */
			replyTo?: string;
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
	/** Replaces the content of a message of yours. It keeps its number and place; the versions before stay readable for its members. The same edit again changes nothing. At most 100 times. */
	'messages.edit': {
		args: {
			/** The message's id. */
			id: string;
			/** The edit's own id, a UUIDv7 of the present; the same for every try. */
			edit?: string;
			/** The new text. */
			text?: string;
			/** The new bytes, when the message is opaque. */
			opaque?: string;
		};
		result: Message;
	};
	/** Answers the versions of a message, the newest first, with the first of all at the end. A page ends when it holds 128 KiB. */
	'messages.edits': {
		args: {
			/** The message's id. */
			id: string;
			/** Only versions older than this number. */
			before?: string;
			/** How many items at most. */
			limit?: number;
		};
		result: EditPage;
	};
	/** Sets or takes away one emoji of yours on a message. Saying it again changes nothing. At most 8 of yours, and 64 different ones, on one message. */
	'messages.react': {
		args: {
			/** The message's id. */
			id: string;
			/** One emoji. */
			emoji: string;
			/** false takes it away; true when it is left out. */
			on?: boolean;
		};
		result: Message;
	};
	/** Answers for each other member whether the message has arrived and whether it was read, and when; the time is left out when it is too long ago to be known. Who hides their receipts is left out, and you see none when you hide yours. */
	'messages.receipts': {
		args: {
			/** The message's id. */
			id: string;
		};
		result: ReceiptList;
	};
	/** Takes messages of yours away for everyone, within the organization's window of 48 hours. A tombstone with the number remains. What happened to each is told one by one; deleting again changes nothing. */
	'messages.delete': {
		args: {
			/** The messages. */
			ids: string[];
		};
		result: OutcomeList;
	};
	/** Hides messages from you, on all your devices, for good. Others keep them. What happened to each is told one by one. */
	'messages.deleteForMe': {
		args: {
			/** The messages. */
			ids: string[];
		};
		result: OutcomeList;
	};
	/** Answers who of these people is online, and when the others last were. On a socket it also names those whose changes you want to hear of from now on, in place of those named before; an empty list ends it. */
	'presence.watch': {
		args: {
			/** The people. */
			users: string[];
		};
		result: PresenceList;
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
	'me.update': { method: 'PATCH', path: '/v1/me', query: [] },
	'me.settings': { method: 'PATCH', path: '/v1/me/settings', query: [] },
	'me.unread': { method: 'GET', path: '/v1/me/unread', query: [] },
	'sessions.list': { method: 'GET', path: '/v1/sessions', query: [] },
	'sessions.create': { method: 'POST', path: '/v1/sessions', query: [] },
	'sessions.refresh': { method: 'POST', path: '/v1/sessions/refresh', query: [] },
	'sessions.end': { method: 'DELETE', path: '/v1/sessions/{session}', query: [] },
	'users.get': { method: 'GET', path: '/v1/users/{user}', query: [] },
	'users.search': { method: 'GET', path: '/v1/users', query: ['query', 'limit', 'cursor', 'organization'] },
	'contacts.list': { method: 'GET', path: '/v1/contacts', query: ['query', 'limit', 'cursor'] },
	'contacts.add': { method: 'PUT', path: '/v1/contacts/{user}', query: [] },
	'contacts.remove': { method: 'DELETE', path: '/v1/contacts/{user}', query: [] },
	'aliases.list': { method: 'GET', path: '/v1/aliases', query: ['user'] },
	'aliases.add': { method: 'POST', path: '/v1/aliases', query: [] },
	'aliases.remove': { method: 'DELETE', path: '/v1/aliases', query: ['kind', 'value'] },
	'conversations.list': { method: 'GET', path: '/v1/conversations', query: ['limit', 'cursor', 'organization', 'filter'] },
	'conversations.direct': { method: 'POST', path: '/v1/conversations/direct', query: [] },
	'conversations.get': { method: 'GET', path: '/v1/conversations/{conversation}', query: [] },
	'conversations.read': { method: 'POST', path: '/v1/conversations/{conversation}/read', query: [] },
	'conversations.delivered': { method: 'POST', path: '/v1/conversations/{conversation}/delivered', query: [] },
	'conversations.typing': { method: 'POST', path: '/v1/conversations/{conversation}/typing', query: [] },
	'conversations.markUnread': { method: 'PUT', path: '/v1/conversations/{conversation}/unread', query: [] },
	'conversations.draft': { method: 'PUT', path: '/v1/conversations/{conversation}/draft', query: [] },
	'messages.list': { method: 'GET', path: '/v1/conversations/{conversation}/messages', query: ['before', 'after', 'around', 'limit'] },
	'messages.send': { method: 'POST', path: '/v1/conversations/{conversation}/messages', query: [] },
	'messages.sendToUser': { method: 'POST', path: '/v1/users/{address}/messages', query: [] },
	'messages.get': { method: 'GET', path: '/v1/messages/{id}', query: [] },
	'messages.edit': { method: 'PATCH', path: '/v1/messages/{id}', query: [] },
	'messages.edits': { method: 'GET', path: '/v1/messages/{id}/edits', query: ['before', 'limit'] },
	'messages.react': { method: 'PUT', path: '/v1/messages/{id}/reactions', query: [] },
	'messages.receipts': { method: 'GET', path: '/v1/messages/{id}/receipts', query: [] },
	'messages.delete': { method: 'POST', path: '/v1/messages/delete', query: [] },
	'messages.deleteForMe': { method: 'POST', path: '/v1/messages/delete-for-me', query: [] },
	'presence.watch': { method: 'POST', path: '/v1/presence/watch', query: [] },
	'sync': { method: 'GET', path: '/v1/sync', query: ['since', 'limit'] },
};
