// peers.test.mjs -- can programs that know nothing of us chat through kithd?
//
// curl speaks HTTP and node's WebSocket the socket: a whole conversation, from the
// first message to the last read, with answers compared between the two doors.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { newId, Rand } from './lib/rand.mjs';
import { Server } from './lib/server.mjs';
import { Socket } from './lib/socket.mjs';
import { within } from './lib/wait.mjs';

const CURL = '/usr/bin/curl';
const ODD = 'q"\\\u0007\u001b[31m\b_\t\r\n\u2028 日本語 🎉 а́бв\u200d\n';
const rand = new Rand(5);

async function withFetch(url, { method, headers, body }) {
	const answer = await fetch(url, { method, headers, body });
	return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

async function withCurl(url, { method, headers, body }) {
	const args = ['-sS', '-i', '-X', method, ...Object.entries(headers).flatMap(([key, value]) => ['-H', `${key}: ${value}`])];
	if (body !== undefined) args.push('--data-binary', body);
	const { stdout } = await promisify(execFile)(CURL, [...args, url], { maxBuffer: 1 << 24 });
	const cut = stdout.indexOf('\r\n\r\n');
	const [first, ...lines] = stdout.slice(0, cut).split('\r\n');
	return { status: Number(first.split(' ')[1]), text: stdout.slice(cut + 4),
		headers: new Headers(lines.map((line) => line.split(/: ?(.*)/s).slice(0, 2))) };
}

const CLIENTS = [
	{ name: 'fetch', send: withFetch, skip: false },
	{ name: 'curl', send: withCurl, skip: existsSync(CURL) ? false : 'curl is not installed' },
];

for (const { name, send, skip } of CLIENTS) {
	test(`R-090 R-091 a whole chat between ${name} and a WebSocket`, { skip }, async () => {
		const server = await Server.start({ env: { KITH_WORKERS: '2' } });
		const [alice, bob] = [`${name}-alice`, `${name}-bob`];
		const tokens = server.addPeople(alice, bob);
		const ask = async (token, method, path, body) => {
			const answer = await send(server.url + path, { method,
				headers: { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': 'application/json' } : {}) },
				body: body && JSON.stringify(body) });
			return { ...answer, body: JSON.parse(answer.text) };
		};
		const socket = await Socket.signIn(server, tokens[bob]);
		assert.equal(socket.welcome.me.id, bob);

		// Alice writes; Bob hears it.
		const message = { id: newId(rand), text: ODD };
		const sent = await ask(tokens[alice], 'POST', `/v1/users/${bob}/messages`, message);
		assert.equal(sent.status, 201, sent.text);
		assert.equal(sent.headers.get('idempotent-replayed'), null);
		assert.deepEqual([sent.body.n, sent.body.text, sent.body.from], [1, ODD, alice]);
		const event = await socket.frame((frame) => frame.type === 'event', 'the event');
		assert.equal(event.event, 'message.new');
		assert.deepEqual(event.data, sent.body);

		// She is not sure that it arrived, and says it again, by either door.
		const again = await ask(tokens[alice], 'POST', `/v1/users/${bob}/messages`, message);
		assert.equal(again.status, 200);
		assert.equal(again.headers.get('idempotent-replayed'), 'true');
		assert.deepEqual(again.body, sent.body);
		const elsewhere = await Socket.signIn(server, tokens[alice]);
		const third = await within(elsewhere.ask('messages.send', { conversation: sent.body.conversation, ...message }), 'an answer');
		assert.deepEqual([third.type, third.repeated, third.result], ['ok', true, sent.body]);
		const other = await ask(tokens[alice], 'POST', `/v1/users/${bob}/messages`, { ...message, text: 'other' });
		assert.deepEqual([other.status, other.body.code], [409, 'conflict']);
		assert.equal(other.headers.get('content-type'), 'application/problem+json');

		// Bob answers over the socket; Alice reads it over HTTP.
		const reply = await socket.call('messages.send', { conversation: sent.body.conversation, text: 'Hello' });
		assert.equal(reply.n, 2);
		const heard = await elsewhere.frame((frame) => frame.type === 'event', 'the reply at her other device');
		assert.deepEqual(heard.data, reply);
		const path = `/v1/conversations/${sent.body.conversation}`;
		const history = await ask(tokens[alice], 'GET', `${path}/messages`);
		assert.deepEqual(history.body, { items: [sent.body, reply], next: null, prev: null });
		assert.deepEqual(history.body, await socket.call('messages.list', { conversation: sent.body.conversation }));
		assert.deepEqual((await ask(tokens[bob], 'GET', `/v1/messages/${message.id}`)).body, sent.body);

		// She has one to read; then none, and her other device hears so.
		const list = await ask(tokens[alice], 'GET', '/v1/conversations');
		assert.deepEqual(list.body.items.map(({ unread, last }) => [unread, last.id]), [[1, reply.id]]);
		const read = await ask(tokens[alice], 'POST', `${path}/read`, { upTo: 2 });
		assert.deepEqual(read.body, { conversation: sent.body.conversation, delivered: 2, seen: 2, unread: 0, markedUnread: false });
		const seen = await elsewhere.frame((frame) => frame.event === 'conversation.read', 'conversation.read');
		assert.deepEqual(seen.data, read.body);
		assert.equal((await ask(tokens[alice], 'GET', path)).body.unread, 0);

		// What he missed before the reply, he can ask for by either door.
		const since = `/v1/sync?since=${encodeURIComponent(socket.welcome.cursor)}`;
		const missed = await ask(tokens[bob], 'GET', since);
		const written = missed.body.items.filter((item) => item.event === 'message.new');
		assert.deepEqual(written.map(({ data }) => data), [sent.body, reply]);
		assert.deepEqual(missed.body, await socket.call('sync', { since: socket.welcome.cursor }));
		assert.equal(missed.body.items[0].cursor, event.cursor);

		assert.equal((await socket.close()).code, 1000);
		await elsewhere.close();
		await server.stop();
	});

	test(`${name} is told what is wrong`, { skip }, async () => {
		const server = await Server.start();
		const tokens = server.addPeople(`${name}-carol`);
		const token = tokens[`${name}-carol`];
		const cases = [
			['GET', '/v1/me', {}, undefined, 401, 'unauthenticated'],
			['GET', '/v1/nothing', { Authorization: `Bearer ${token}` }, undefined, 404, 'not_found'],
			['DELETE', '/v1/me', { Authorization: `Bearer ${token}` }, undefined, 405, 'method_not_allowed'],
			['POST', '/v1/conversations/direct', { Authorization: `Bearer ${token}`, 'Content-Type': 'text/plain' }, '{}', 415, 'unsupported_media'],
			['POST', '/v1/conversations/direct', { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, '{"user":', 400, 'invalid_request'],
			['POST', '/v1/users/nobody/messages', { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, '{"text":"x"}', 404, 'not_found'],
			['POST', `/v1/users/${name}-carol/messages`, { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
				JSON.stringify({ text: 'x'.repeat(16385) }), 413, 'too_large'],
		];
		for (const [method, path, headers, body, status, code] of cases) {
			const answer = await send(server.url + path, { method, headers, body });
			assert.deepEqual([answer.status, JSON.parse(answer.text).code], [status, code], `${method} ${path}: ${answer.text}`);
			assert.equal(answer.headers.get('content-type'), 'application/problem+json');
		}
		await server.stop();
	});
}
