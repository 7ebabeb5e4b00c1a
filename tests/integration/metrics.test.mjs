// metrics.test.mjs -- GET /metrics of a real server: it counts what was done, in the
// form that Prometheus reads, for those who may read it; and the log tells the rest.
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { get, request } from './lib/api.mjs';
import { Metrics, promtool, scrape, scrapeUntil } from './lib/metrics.mjs';
import { Server } from './lib/server.mjs';
import { Socket } from './lib/socket.mjs';

const MESSAGES = 25;
const SOCKETS = 3;

function linesOf(server, event) {
	return server.program.stderr.split('\n').filter((line) => line.startsWith('{'))
		.map((line) => JSON.parse(line)).filter((line) => line.event === event);
}

test('R-103 the figures are what was done, exactly', async (t) => {
	const server = await Server.start();
	const { alice, bob } = server.addPeople('alice', 'bob');
	const before = await scrape(server);
	const rise = (now, name, labels) => now.value(name, labels) - before.value(name, labels);

	const sockets = [];
	for (let i = 0; i < SOCKETS; i++) sockets.push(await Socket.signIn(server, bob));
	const sender = await Socket.signIn(server, alice);
	for (let i = 0; i < MESSAGES - 1; i++) {
		await sender.call('messages.sendToUser', { address: 'bob', text: `message ${i}` });
	}
	const last = await request(server, alice, '/v1/users/bob/messages', { text: 'over HTTP' });
	assert.equal(last.status, 201);
	const repeated = await request(server, alice, '/v1/users/bob/messages', { id: last.body.id, text: 'over HTTP' });
	assert.equal(repeated.headers.get('idempotent-replayed'), 'true');
	const heard = (socket, count) => socket.frames.until(
		() => socket.events.filter(({ event }) => event === 'message.new').length === count, `${count} messages`);
	for (const socket of sockets) await heard(socket, MESSAGES);
	await heard(sender, 1); // what came over HTTP; the rest it had said itself
	assert.equal((await request(server, alice, '/v1/users/nobody')).status, 404);
	assert.equal((await request(server, alice, '/v1/users/nobody')).status, 404);
	assert.equal((await request(server, 'nonsense', '/v1/me')).status, 401);
	assert.equal((await request(server, alice, '/v1/nonsense')).status, 404);
	assert.equal((await request(server, alice, '/v1/users/bob/messages', { text: 7 })).status, 400);
	const refused = await sender.ask('users.get', { user: 'nobody' });
	assert.equal(refused.problem.code, 'not_found');
	await get(server, alice, '/v1/me');

	const earlier = server.stats();
	const now = await scrape(server);
	const later = server.stats();
	const counts = {
		kith_messages_accepted_total: MESSAGES,
		kith_send_to_ack_seconds_count: MESSAGES + 1,
		'kith_send_to_ack_seconds_bucket +Inf': MESSAGES + 1,
	};
	for (const [key, count] of Object.entries(counts)) {
		const [name, le] = key.split(' ');
		assert.equal(rise(now, name, le ? { le } : {}), count, key);
	}
	assert.equal(rise(now, 'kith_send_to_deliver_seconds_count'), SOCKETS * MESSAGES + 1);
	assert.equal(rise(now, 'kith_errors_total', { code: 'not_found' }), 4);
	assert.equal(rise(now, 'kith_errors_total', { code: 'unauthenticated' }), 1);
	assert.equal(rise(now, 'kith_errors_total', { code: 'invalid_request' }), 1);
	assert.equal(rise(now, 'kith_errors_total', { code: 'unavailable' }), 0);
	const calls = (call, result) => rise(now, 'kith_calls_total', { call, result });
	assert.equal(calls('messages.sendToUser', 'ok'), MESSAGES + 1);
	assert.equal(calls('messages.sendToUser', 'refused'), 1);
	assert.equal(calls('users.get', 'refused'), 3);
	assert.equal(calls('me.get', 'ok'), 1);
	assert.equal(calls('me.get', 'refused'), 1);
	assert.equal(calls('me.get', 'failed'), 0);
	assert.equal(rise(now, 'kith_call_seconds_count'), MESSAGES + 1 + 1 + 3 + 2);
	assert.equal(now.value('kith_connections', { door: 'socket' }), SOCKETS + 1);
	assert.ok(now.value('kith_connections', { door: 'http' }) >= 1, 'the scrape itself');
	assert.equal(now.value('kith_connections', { door: 'stream' }), 0);
	assert.equal(now.value('kith_sessions'), SOCKETS + 1);
	assert.equal(now.value('kith_users'), 2);
	assert.equal(now.value('kith_conversations'), 1);

	const isBetween = (value, key) => assert.ok(earlier[key] <= value && value <= later[key], `${key}: ${value}`);
	isBetween(now.value('kith_commit_plans_count'), 'commits');
	isBetween(now.value('kith_commit_seconds_count'), 'commits');
	isBetween(now.value('kith_commit_plans_sum'), 'committed_plans');
	assert.ok(now.value('kith_wal_pages') > 0);

	for (const socket of [...sockets, sender]) await socket.close();
	const closed = await scrapeUntil(server, (one) => one.value('kith_connections', { door: 'socket' }) === 0,
		'no socket is open');
	assert.equal(closed.value('kith_sessions'), 0);
	assert.equal(closed.value('kith_output_bytes'), 0);
	await server.stop();
	t.diagnostic(`${now.samples.length} samples`);
});

test('R-103 every figure of the process is there and plausible', async () => {
	const start_s = Date.now() / 1000;
	const server = await Server.start();
	const metrics = await scrape(server);
	assert.equal(metrics.samples.find(({ name }) => name === 'kith_build_info').value, 1);
	assert.match(metrics.samples.find(({ name }) => name === 'kith_build_info').labels.version, /^\d+\.\d+\.\d+$/);
	assert.ok(Math.abs(metrics.value('process_start_time_seconds') - start_s) < 120);
	assert.ok(metrics.value('process_cpu_seconds_total') > 0);
	assert.ok(metrics.value('process_resident_memory_bytes') > 1024 * 1024);
	assert.ok(metrics.value('process_virtual_memory_bytes') >= metrics.value('process_resident_memory_bytes'));
	assert.ok(metrics.value('process_open_fds') > 5);
	assert.ok(metrics.value('process_max_fds') >= metrics.value('process_open_fds'));
	assert.ok(metrics.value('kith_allocations_total') > 0);
	for (const queue of ['kith_store_queue', 'kith_ring_lag']) assert.ok(metrics.value(queue) >= 0, queue);
	for (const pool of ['readers', 'slow']) assert.ok(metrics.value('kith_errand_queue', { pool }) >= 0, pool);
	assert.equal(metrics.families.has('kith_tls_handshakes_total'), false, 'there is no TLS');
	await server.stop();
});

test('R-103 promtool takes the figures', async (t) => {
	const server = await Server.start();
	const { text } = await scrape(server);
	await server.stop();
	const { isThere, code, words } = promtool(text);
	if (!isThere) {
		t.skip('promtool is missing: apt-get install prometheus');
		return;
	}
	assert.equal(code, 0, words);
	assert.equal(words.trim(), '', words);
});

test('the strict reader takes nothing that is wrong', () => {
	const head = '# HELP a_total Help.\n# TYPE a_total counter\n';
	const wrong = {
		'no newline': `${head}a_total 1`,
		'no type': '# HELP a Help.\na 1\n',
		'a sample of another family': `${head}b_total 1\n`,
		'a sample twice': `${head}a_total{x="1"} 1\na_total{x="1"} 2\n`,
		'a family twice': `${head}a_total 1\n${head}a_total 1\n`,
		'a label without quotes': `${head}a_total{x=1} 1\n`,
		'an escape that does not exist': `${head}a_total{x="\\t"} 1\n`,
		'a comma behind the last label': `${head}a_total{x="1",} 1\n`,
		'no number': `${head}a_total one\n`,
		'a counter without _total': '# HELP a Help.\n# TYPE a counter\na 1\n',
		'an empty line': `${head}\na_total 1\n`,
		'buckets that fall': '# HELP h Help.\n# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n',
		'a count that is another': '# HELP h Help.\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 2\n',
	};
	for (const [what, text] of Object.entries(wrong)) {
		assert.throws(() => new Metrics(text), what);
	}
	assert.equal(new Metrics(`${head}a_total{x="\\"\\\\\\n"} 1.5\n`).value('a_total', { x: '"\\\n' }), 1.5);
});

test('R-103 nobody reads the figures through a proxy, or with another method', async () => {
	const server = await Server.start();
	const headers = { forwarded: 'for=192.0.2.7', via: '1.1 proxy', 'x-forwarded-for': '192.0.2.7',
		'x-forwarded-host': 'chat.example', 'x-forwarded-proto': 'https', 'x-real-ip': '192.0.2.7' };
	for (const [name, value] of Object.entries(headers)) {
		const answer = await fetch(`${server.url}/metrics`, { headers: { [name]: value } });
		const problem = await answer.json();
		assert.deepEqual([answer.status, problem.code], [404, 'not_found'], name);
	}
	assert.equal((await fetch(`${server.url}/metrics`, { method: 'POST' })).status, 404);
	const head = await fetch(`${server.url}/metrics`, { method: 'HEAD' });
	assert.deepEqual([head.status, await head.text()], [200, '']);
	assert.ok(Number(head.headers.get('content-length')) > 1000);
	await server.stop();
});

// An address of this machine that is not its loopback.
function outerAddress() {
	return Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

test('R-103 metrics = local is for the loopback alone; open and off mean it', async (t) => {
	const outer = outerAddress();
	for (const metrics of ['local', 'open', 'off']) {
		const server = await Server.start({ host: outer, env: { KITH_METRICS: metrics } });
		const near = await fetch(`${server.url}/metrics`);
		await near.text();
		const far = await fetch(`${server.url}/metrics`, { headers: { 'x-forwarded-for': '192.0.2.7' } });
		await far.text();
		const isNear = outer ? metrics === 'open' : metrics !== 'off';
		assert.equal(near.status, isNear ? 200 : 404, metrics);
		assert.equal(far.status, metrics === 'open' ? 200 : 404, metrics);
		assert.equal((await fetch(`${server.url}/livez`)).status, 200);
		await server.stop();
	}
	if (!outer) t.diagnostic('this machine has only its loopback');
});

test('R-103 the log tells of start, failed sign-ins, slow calls and the stop, and no secret', async () => {
	const server = await Server.start({ env: { KITH_LOG_LEVEL: 'debug', KITH_SLOW_CALL_MS: '0' } });
	const { alice } = server.addPeople('alice', 'bob');
	const secret = 'this text is nobody else’s business';
	await request(server, alice, '/v1/users/bob/messages', { text: secret });
	for (let i = 0; i < 30; i++) {
		assert.equal((await request(server, `wrong${i}`, '/v1/me')).status, 401);
	}
	await server.stop();

	const [started] = linesOf(server, 'started');
	assert.equal(started.level, 'info');
	assert.match(started.version, /^\d+\.\d+\.\d+$/);
	assert.equal(started.port, String(server.port));
	assert.equal(started.data, server.data);
	assert.equal(linesOf(server, 'stopping')[0].signal, 'TERM');
	assert.equal(linesOf(server, 'stopped').length, 1);
	const [call] = linesOf(server, 'call').filter((line) => line.call === 'messages.sendToUser');
	assert.deepEqual([call.level, call.code, call.user], ['debug', 'ok', 'alice']);
	assert.ok(Number(call.us) >= 0);
	assert.equal(linesOf(server, 'slow_call').length, 0, '0 switches it off');

	// However many come, few lines are written, and none is forgotten.
	const failed = linesOf(server, 'sign_in_failed');
	const written = failed.filter((line) => line.peer !== undefined);
	const suppressed = failed.reduce((all, line) => all + Number(line.suppressed ?? 0), 0);
	assert.ok(written.length >= 10 && written.length < 30, `${written.length} lines`);
	assert.equal(written.length + suppressed, 30);
	assert.equal(written[0].peer, '127.0.0.1');
	assert.notEqual(written[0].reason, '');

	for (const [i, line] of server.program.stderr.trimEnd().split('\n').entries()) {
		const { time, level, event } = JSON.parse(line);
		assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, `line ${i}`);
		assert.match(level, /^(debug|info|warn|error)$/);
		assert.match(event, /^[a-z_]+$/);
	}
	assert.equal(server.program.stderr.includes(secret), false);
	assert.equal(server.program.stderr.includes(alice), false);
	assert.equal(server.program.stderr.includes('wrong1'), false);
});

test('R-103 kithctl log changes what a running server says', async () => {
	const server = await Server.start();
	const { alice } = server.addPeople('alice');
	const count = () => linesOf(server, 'call').length;
	await get(server, alice, '/v1/me');
	assert.equal(server.admin('log', 'debug'), 'log_level debug\n');
	await get(server, alice, '/v1/me');
	assert.equal(server.admin('log', 'error'), 'log_level error\n');
	await get(server, alice, '/v1/me');
	assert.equal(server.kithctl('log', 'loud').code, 1);
	await server.stop();
	assert.equal(count(), 1);
	const refused = server.kithctl('log', 'debug');
	assert.equal(refused.code, 1);
	assert.match(refused.err, /^kithctl: unavailable: .*no server runs here/);
});
