// kithctl.test.mjs -- does every command of kithctl answer the same whether a server
// runs on the data or not?
//
// One script of commands is played twice, against a running kithd and on the files of
// a stopped one; what is said, apart from keys, tokens and times, must be equal. What
// each command means in detail is tests/unit/server's.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { get, request } from './lib/api.mjs';
import { Program, run } from './lib/program.mjs';
import { newFolder, Server } from './lib/server.mjs';

const PUBLIC = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
`; // RFC 8032 7.1, test 1

const folder = newFolder();
const publicFile = join(folder, 'public.pem');
writeFileSync(publicFile, PUBLIC);

const COMMANDS = [
	['org', 'list'],
	['org', 'add', 'acme', '--domain', 'acme.example'],
	['org', 'add', 'acme'],
	['org', 'add', 'NOT AN ID'],
	['org', 'list'],
	['org', 'list', '--json'],
	['key', 'list'],
	['key', 'add', 'acme', '--alg', 'HS256'],
	['key', 'add', 'acme', '--alg', 'EdDSA', '--public', publicFile],
	['key', 'add', 'acme', '--alg', 'EdDSA', '--public', join(folder, 'none.pem')],
	['key', 'add', 'acme', '--alg', 'none'],
	['key', 'add', 'nowhere', '--alg', 'HS256'],
	['key', 'list', 'acme'],
	['key', 'list', '--json'],
	['user', 'add', 'alice', '--name', 'Alice Ode'],
	['user', 'add', 'alice', '--org', 'acme'],
	['user', 'add', 'bob'],
	['user', 'add', 'bob'],
	['user', 'add', 'Bob'],
	['user', 'add', 'carol', '--org', 'nowhere'],
	['user', 'list'],
	['user', 'list', '--org', 'acme', '--json'],
	['user', 'list', '--after', 'alice', '--limit', '1'],
	['token', 'alice'],
	['token', 'alice', '--org', 'acme', '--ttl', '15m'],
	['token', 'bob'],
	['token', 'bob', '--ttl', '25h'],
	['token', 'nobody'],
	['token', 'alice', '--scope', 'operator'],
	['token', 'alice', '--scope', 'everything'],
	['user', 'add', 'robo', '--bot'],
	['user', 'add', 'bob', '--org', 'acme', '--bot'],
	['user', 'password', 'alice'],
	['user', 'password', 'nobody'],
	['user', 'invite', 'alice'],
	['user', 'reset', 'alice', '--ttl', '2h'],
	['user', 'reset', 'alice', '--ttl', '31d'],
	['user', 'disable', 'alice'],
	['user', 'disable', 'nobody'],
	['user', 'enable', 'alice'],
	['token', 'robo', '--scope', 'bot'],
	['sessions', 'alice'],
	['sessions', 'nobody'],
	['session', 'end', 'alice', '01934f2a-70aa-7c00-9b1d-2f6e8a4c5d03'],
	['session', 'end', 'alice', 'laptop'],
	['apikey', 'add', 'default', '--user', 'robo', '--scope', 'bot', '--name', 'shop'],
	['apikey', 'add', 'default', '--user', 'alice', '--scope', 'admin'],
	['apikey', 'add', 'default', '--user', 'alice', '--scope', 'bot'],
	['apikey', 'add', 'default', '--user', 'alice', '--scope', 'operator'],
	['apikey', 'add', 'acme', '--user', 'robo', '--scope', 'bot'],
	['apikey', 'add', 'default', '--scope', 'bot'],
	['apikey', 'list', 'default'],
	['apikey', 'list', 'default', '--json'],
	['apikey', 'list', 'nowhere'],
	['apikey', 'end', '01934f2a-70aa-7c00-9b1d-2f6e8a4c5d03'],
	['apikey', 'end', 'mine'],
	['verify'],
	['stats'],
	['help'],
	['dance'],
	['user', 'list', '--limit'],
];

// Without what differs from run to run.
function plain(text) {
	return text
		.replace(/\b(hs|ed|rs)-[0-9a-f]{16}/g, '$1-KID')
		.replace(/[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g, 'TOKEN')
		.replace(/secret [\w-]{43}/g, 'secret SECRET')
		.replace(/^password \w{20}$/gm, 'password SECRET')
		.replace(/^(code|key) (k[al]_)[\w-]{27,64}$/gm, '$1 $2SECRET')
		.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
		.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
		.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, 'TIME')
		.replace(/^(commits|committed_plans|commit_us_max|queued|worker_\w+)=\d+$/gm, '$1=SINCE START');
}

function play(server) {
	return COMMANDS.map((words) => {
		const { code, out, err } = server.kithctl(...words);
		return { words: words.join(' '), code, out: plain(out), err: plain(err).replaceAll(server.data, 'DATA') };
	});
}

// stats may have more to say of a running server: those lines are compared that both have.
function commonLines(list, other) {
	const keys = new Set(other.split('\n').map((line) => line.split('=')[0]));
	return list.split('\n').filter((line) => keys.has(line.split('=')[0])).join('\n');
}

test('R-103 each command answers the same on the files and through a running server', async () => {
	const running = await Server.start();
	const online = play(running);
	await running.stop();

	const stopped = await Server.start();
	await stopped.stop();
	const offline = play(stopped);

	offline.forEach((got, i) => {
		const expected = online[i];
		if (got.words === 'stats') {
			const ours = got.out;
			got.out = commonLines(ours, expected.out);
			expected.out = commonLines(expected.out, ours);
			assert.notEqual(got.out, '');
		}
		assert.deepEqual(got, expected);
	});
	const codes = new Set(online.map(({ code }) => code));
	assert.deepEqual([...codes].sort(), [0, 1, 2], 'the script has what works, is refused and is misspelt');
});

test('what was done on the files is there for the server, and the other way', async () => {
	const server = await Server.start();
	server.admin('user', 'add', 'alice', '--name', 'Alice');
	await server.stop();
	assert.equal(server.admin('user', 'list'), 'alice\tAlice\n');
	server.admin('user', 'add', 'bob');
	await server.start();
	assert.equal(server.admin('user', 'list'), 'alice\tAlice\nbob\tbob\n');
	await server.stop();
});

test('R-004 a token that was made offline works online, and one made online after a restart', async () => {
	const server = await Server.start();
	await server.stop();
	server.admin('user', 'add', 'alice');
	const offline = server.admin('token', 'alice', '--ttl', '1h').trim();
	await server.start();
	const online = server.admin('token', 'alice', '--ttl', '1h').trim();
	assert.equal((await get(server, offline, '/v1/me')).id, 'alice');
	await server.stop();
	await server.start();
	assert.equal((await get(server, online, '/v1/me')).id, 'alice');
	await server.stop();
});

test('R-005 an operator token is that, and a user token never more than its user', async () => {
	const server = await Server.start();
	server.admin('user', 'add', 'alice');
	const operator = server.admin('token', 'alice', '--scope', 'operator').trim();
	const user = server.admin('token', 'alice').trim();
	assert.equal((await get(server, operator, '/v1/me')).scope, 'operator');
	assert.equal((await get(server, user, '/v1/me')).scope, 'user');
	assert.equal((await request(server, operator, '/v1/conversations')).status, 403);
	await server.stop();
});

test('a key that a running server learns of signs at once, and only inside its organization', async () => {
	const server = await Server.start();
	assert.equal((await request(server, 'none', '/v1/me')).status, 401);
	const { alice } = server.addPeople('alice', 'bob'); // with a key of default
	server.admin('org', 'add', 'acme');
	assert.equal((await get(server, alice, '/v1/users/bob')).id, 'bob');
	const foreign = server.token('alice', { org: 'acme' });
	assert.equal((await request(server, foreign, '/v1/me')).status, 401);
	await server.stop();
});

test('R-103 verify counts what is there, with and without a server, and finds nothing wrong', async () => {
	const server = await Server.start();
	const people = server.addPeople('alice', 'bob', 'carol');
	const pairs = [['alice', 'bob'], ['bob', 'carol'], ['carol', 'alice']];
	for (let i = 0; i < 30; i++) {
		const [from, to] = pairs[i % 3];
		const answer = await request(server, people[from], `/v1/users/${to}/messages`, { text: `message ${i}` });
		assert.equal(answer.status, 201);
	}
	assert.deepEqual(server.verify(), { conversations: 3, entries: 30 });
	const { entries, users } = server.stats();
	assert.deepEqual([entries, users], [30, 3]);
	await server.stop();
	assert.deepEqual(server.verify(), { conversations: 3, entries: 30 });
});

test('R-103 R-081 limits are listed as they are in force, with how often each was met', async () => {
	const server = await Server.start({ env: { KITH_LIMIT_SENDS_USER: '1/h', KITH_LIMIT_CALLS_USER: '90/10m burst 95',
		KITH_LIMIT_SEARCHES_USER: '0' } });
	const { alice } = server.addPeople('alice', 'bob');
	for (const status of [201, 429, 429]) {
		const answer = await request(server, alice, '/v1/users/bob/messages', { text: 'x' });
		assert.equal(answer.status, status);
	}
	const lines = server.admin('limits').trim().split('\n');
	for (const line of ['limit_sends_user\t1/h\t2', 'limit_calls_user\t90/10m burst 95\t0', 'limit_searches_user\t0\t0']) {
		assert.ok(lines.includes(line), lines.join('\n'));
	}
	const [first] = server.admin('limits', '--json').split('\n').map((line) => JSON.parse(line || 'null'));
	assert.deepEqual(Object.keys(first), ['key', 'value', 'refused']);
	await server.stop();
	assert.match(server.admin('limits'), /^limit_sends_user\t30\/s burst 150$/m);
});

test('many at once are all answered', async () => {
	const server = await Server.start();
	const programs = Array.from({ length: 20 }, (_, i) => new Program('kithctl',
		['--data', server.data, 'user', 'add', `u${String(i).padStart(2, '0')}`]));
	for (const program of programs) await program.endsWith(0);
	assert.equal(server.admin('user', 'list').trim().split('\n').length, 20);
	await server.stop();
});

test('without a store and a server it is 3', () => {
	assert.equal(run('kithctl', ['--data', join(folder, 'nothing'), 'stats']).code, 3);
});
