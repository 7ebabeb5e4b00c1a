// api.mjs -- the calls over HTTP, with node's own fetch as the client.
//
// Gives answers as they are and pages to their end; decides nothing about them.
import assert from 'node:assert/strict';

/*
 * One request: { status, headers, body }. BODY (an object) makes it a POST.
 */
export async function request(server, token, path, body) {
	const answer = await fetch(server.url + path, {
		method: body === undefined ? 'GET' : 'POST',
		headers: { ...(token === null ? {} : { authorization: `Bearer ${token}` }),
			...(body === undefined ? {} : { 'content-type': 'application/json' }) },
		body: body === undefined ? undefined : JSON.stringify(body),
	});
	const text = await answer.text();
	return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
}

// A request that has to work: its body.
export async function get(server, token, path) {
	const answer = await request(server, token, path);
	assert.equal(answer.status, 200, `${path}: ${JSON.stringify(answer.body)}`);
	return answer.body;
}

// All messages of a conversation, from the first to the last; asked for from the end.
export async function historyOf(server, token, conversation) {
	const pages = [];
	for (let before = ''; before !== null;) {
		const page = await get(server, token, `/v1/conversations/${conversation}/messages?limit=200${before}`);
		pages.push(page.items);
		before = page.prev === null ? null : `&before=${page.prev}`;
	}
	return pages.reverse().flat();
}

// All events behind SINCE.
export async function syncFrom(server, token, since) {
	const items = [];
	for (let cursor = since, isMore = true; isMore;) {
		const page = await get(server, token, `/v1/sync?since=${encodeURIComponent(cursor)}&limit=200`);
		assert.equal(page.reload, false, 'the cursor still holds');
		items.push(...page.items);
		isMore = page.more;
		({ cursor } = page);
	}
	return items;
}

// The conversation of TOKEN's user with OTHER.
export async function directWith(server, token, other) {
	const answer = await request(server, token, '/v1/conversations/direct', { user: other });
	assert.equal(answer.status, 200, JSON.stringify(answer.body));
	return answer.body.id;
}
