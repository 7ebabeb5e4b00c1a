// tls.test.mjs -- kithd with a certificate: the whole chat behind TLS, who is
// believed and who is not, and a certificate that is renewed while people talk.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { Program, run } from './lib/program.mjs';
import { LOAD, newFolder, Server } from './lib/server.mjs';
import { Socket } from './lib/socket.mjs';
import { Authority } from './lib/tls.mjs';
import { within } from './lib/wait.mjs';

const CURL = '/usr/bin/curl';
const authority = new Authority('ours');
const other = new Authority('others');

// fetch() and WebSocket of this process believe our authority as well.
setDefaultCACertificates([...getCACertificates('default'), authority.pem]);

// A TLS connection that has shaken hands, or throws.
async function shake(server, options = {}) {
	const socket = connect({ host: '127.0.0.1', port: server.port, ca: authority.pem, servername: 'localhost', ...options });
	socket.setEncoding('utf8');
	socket.on('session', (ticket) => { socket.ticket = ticket; });
	await within(new Promise((done, fail) => {
		socket.once('secureConnect', done);
		socket.once('error', fail);
		socket.once('close', () => fail(new Error('closed')));
	}), 'a handshake');
	return socket;
}

// The number of the certificate that a new connection is shown.
async function shownSerial(server) {
	const socket = await shake(server);
	const { serialNumber } = socket.getPeerCertificate();
	socket.destroy();
	return Number.parseInt(serialNumber, 16);
}

function logged(server, event, count = 1) {
	const has = (line) => line.includes(`"event":"${event}"`);
	return server.program.errors.until((lines) => {
		const found = lines.filter(has);
		return found.length >= count && JSON.parse(found[count - 1]);
	}, `${event} in the log`);
}

test('R-104 R-090 R-091 a whole chat over https and wss', async () => {
	const server = await Server.start({ tls: authority.sign('chat'), env: { KITH_WORKERS: '2' } });
	const tokens = server.addPeople('alice', 'bob');
	const bob = await Socket.signIn(server, tokens.bob);
	const answer = await fetch(`${server.url}/v1/users/bob/messages`, { method: 'POST',
		headers: { Authorization: `Bearer ${tokens.alice}`, 'Content-Type': 'application/json' },
		body: JSON.stringify({ text: 'x'.repeat(16384) }) });
	assert.equal(answer.status, 201);
	const sent = await answer.json();
	const event = await bob.frame((frame) => frame.event === 'message.new', 'the message');
	assert.deepEqual(event.data, sent);

	// Many large answers at once, in records that no frame knows of.
	for (let i = 0; i < 20; i++) await bob.call('messages.send', { conversation: sent.conversation, text: `${i}`.repeat(8000) });
	const pages = await Promise.all(Array.from({ length: 10 }, () => bob.call('messages.list', { conversation: sent.conversation })));
	for (const page of pages) {
		assert.deepEqual(page, pages[0]);
		assert.equal(page.items.at(-1).text, '19'.repeat(8000));
	}
	assert.equal((await bob.close()).code, 1000);

	if (existsSync(CURL)) {
		const { stdout } = await promisify(execFile)(CURL, ['-sS', '--cacert', authority.file,
			'-H', `Authorization: Bearer ${tokens.alice}`, `${server.url}/v1/me`]);
		assert.equal(JSON.parse(stdout).id, 'alice');
	}
	await server.stop();
});

test('R-104 kith speaks https with --ca or KITH_CA, and believes nobody else', async () => {
	const server = await Server.start({ tls: authority.sign('kith'), env: LOAD });
	const tokens = server.addPeople('carol', 'dave');
	const kith = (args, env = {}) => run('kith', args, { env: { KITH_URL: server.url, KITH_TOKEN: tokens.carol, ...env } });

	const place = await Socket.signIn(server, tokens.dave);
	const listening = new Program('kith', ['listen', '--json', '--count', '2', '--since', place.welcome.cursor, '--ca', authority.file],
		{ env: { KITH_URL: server.url.replace(/^https/, 'wss'), KITH_TOKEN: tokens.dave } });
	const sent = kith(['send', '--ca', authority.file, 'dave', 'one']);
	assert.deepEqual([sent.code, sent.err], [0, ''], sent.err);
	const many = run('kith', ['send', '--lines', 'dave'], { input: Array.from({ length: 300 }, (_, i) => `{"text":"${i}"}\n`).join(''),
		env: { KITH_URL: server.url.replace('127.0.0.1', 'localhost'), KITH_TOKEN: tokens.carol, KITH_CA: authority.file } });
	assert.equal(many.code, 0, many.err);
	await listening.endsWith(0);
	await place.close();
	const history = kith(['history', '--json', '--all', 'dave'], { KITH_CA: authority.file });
	assert.equal(history.out.trim().split('\n').length, 301);

	const refused = [
		[server.url, other.file, /signed by nobody who is trusted here/],
		[server.url, undefined, /signed by nobody who is trusted here/],
		[server.url.replace('https', 'http'), authority.file, /closed the connection/],
	];
	for (const [url, ca, words] of refused) {
		const got = kith(['recent', ...(ca ? ['--ca', ca] : [])], { KITH_URL: url });
		assert.equal(got.code, 3, got.err);
		assert.match(got.err, words);
	}
	const missing = kith(['recent', '--ca', join(server.folder, 'nowhere.pem')]);
	assert.equal(missing.code, 2);
	assert.match(missing.err, /No such file/);
	await server.stop();

	const elsewhere = await Server.start({ tls: authority.sign('elsewhere', { names: 'DNS:chat.example' }) });
	const wrong = run('kith', ['recent'], { env: { KITH_URL: elsewhere.url, KITH_TOKEN: tokens.carol, KITH_CA: authority.file } });
	assert.equal(wrong.code, 3);
	assert.match(wrong.err, /certificate is for another host/);
	await elsewhere.stop();

	const plain = await Server.start();
	const none = run('kith', ['recent'], { env: { KITH_URL: plain.url.replace('http', 'https'), KITH_TOKEN: tokens.carol } });
	assert.equal(none.code, 3);
	assert.match(none.err, /speaks no TLS at this port/);
	await plain.stop();
});

test('R-104 SIGHUP brings a new certificate while an open socket goes on, and a broken one changes nothing', async () => {
	const first = authority.sign('renewed');
	const server = await Server.start({ tls: first, env: { KITH_LOG_LEVEL: 'info', KITH_WORKERS: '3' } });
	const tokens = server.addPeople('erin', 'frank');
	const socket = await Socket.signIn(server, tokens.erin);
	const say = async (text) => {
		const { n } = await socket.call('messages.sendToUser', { address: 'frank', text });
		return n;
	};
	assert.equal(await shownSerial(server), first.serial);
	assert.equal(await say('before'), 1);

	const second = authority.sign('renewed', { days: 30 });
	assert.equal(await shownSerial(server), first.serial, 'nothing is read before the signal');
	server.program.signal('SIGHUP');
	const reloaded = await logged(server, 'certificates_reloaded');
	assert.equal(Number(reloaded.days_left), 29);
	assert.equal(await shownSerial(server), second.serial);
	assert.equal(await say('behind'), 2);

	// Broken in every way; each time the good one stays.
	const good = { cert: readFileSync(second.cert), key: readFileSync(second.key) };
	const stranger = other.sign('stranger');
	const breakages = [
		() => writeFileSync(second.cert, ''),
		() => writeFileSync(second.key, good.key.subarray(0, 60)),
		() => copyFileSync(stranger.key, second.key),
	];
	for (const [i, breakIt] of breakages.entries()) {
		breakIt();
		server.program.signal('SIGHUP');
		const kept = await logged(server, 'certificates_kept', i + 1);
		assert.deepEqual([kept.level, typeof kept.reason], ['error', 'string']);
		assert.equal(await shownSerial(server), second.serial);
		writeFileSync(second.cert, good.cert);
		writeFileSync(second.key, good.key);
	}
	assert.equal(await say('still'), 3);
	assert.equal((await socket.close()).code, 1000);
	await server.stop();
});

// Says one request on SOCKET and waits for the answer, and with it for the ticket.
async function ask(socket) {
	const answered = new Promise((done) => socket.once('data', done));
	socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');
	assert.match(await within(answered, 'an answer'), /^HTTP\/1\.1 200 /);
	return socket.ticket;
}

for (const version of ['TLSv1.2', 'TLSv1.3']) {
	test(`R-104 ${version}: a ticket resumes, also behind a new certificate`, async () => {
		const server = await Server.start({ tls: authority.sign('ticket'), env: { KITH_LOG_LEVEL: 'info', KITH_WORKERS: '2' } });
		const options = { minVersion: version, maxVersion: version };
		let session;
		for (let visit = 0; visit < 6; visit++) {
			if (visit === 3) {
				authority.sign('ticket');
				server.program.signal('SIGHUP');
				await logged(server, 'certificates_reloaded');
			}
			const socket = await shake(server, { ...options, session });
			assert.equal(socket.getProtocol(), version);
			assert.equal(socket.isSessionReused(), visit > 0, `visit ${visit}`);
			session = await ask(socket) ?? session;
			socket.destroy();
		}
		await server.stop();
	});
}

test('R-104 old versions, other protocols and plain requests find nobody', async () => {
	const server = await Server.start({ tls: authority.sign('strict') });
	await assert.rejects(shake(server, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' }));
	await assert.rejects(shake(server, { ALPNProtocols: ['h2'] }));
	const socket = await shake(server, { ALPNProtocols: ['h2', 'http/1.1'] });
	assert.equal(socket.alpnProtocol, 'http/1.1');
	socket.destroy();

	const heard = [];
	const plain = connectPlain(server.port, '127.0.0.1');
	plain.on('data', (bytes) => heard.push(bytes));
	plain.on('error', () => {});
	plain.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');
	await within(new Promise((done) => plain.once('close', done)), 'the end of a plain connection');
	assert.equal(Buffer.concat(heard).toString().includes('HTTP'), false);
	assert.equal((await fetch(`${server.url}/livez`)).status, 200);
	await server.stop();
	assert.deepEqual(server.program.errors.items, [], 'failed handshakes are nobody\'s error');
});

test('many who come at once while the certificate changes all get in', async () => {
	const server = await Server.start({ tls: authority.sign('crowd'), env: { KITH_LOG_LEVEL: 'info', KITH_WORKERS: '2' } });
	const { grace } = server.addPeople('grace');
	const sockets = [];
	for (let round = 0; round < 4; round++) {
		const coming = Array.from({ length: 40 }, () => Socket.signIn(server, grace));
		authority.sign('crowd');
		server.program.signal('SIGHUP');
		sockets.push(...await Promise.all(coming));
		await logged(server, 'certificates_reloaded', round + 1);
	}
	const sent = await sockets[0].call('messages.sendToUser', { address: 'grace', text: 'to all of me' });
	for (const socket of sockets.slice(1)) {
		assert.deepEqual((await socket.frame((frame) => frame.event === 'message.new', 'the message')).data, sent);
	}
	await Promise.all(sockets.map((socket) => socket.close()));
	await server.stop();
});

test('R-102 R-104 kithd does not start with half a certificate, or with one that cannot be used', async () => {
	const folder = newFolder();
	const { cert, key } = authority.sign('start');
	const { key: wrong } = authority.sign('wrong');
	const data = join(folder, 'data');
	const cases = [
		[{ KITH_TLS_CERT: cert }, /^KITH_TLS_CERT: tls_cert: tls_key must be set as well\n$/],
		[{ KITH_TLS_KEY: key }, /^KITH_TLS_KEY: tls_key: tls_cert must be set as well\n$/],
		[{ KITH_TLS_CERT: join(folder, 'none.pem'), KITH_TLS_KEY: key }, /certificate cannot be read: No such file/],
		[{ KITH_TLS_CERT: cert, KITH_TLS_KEY: join(folder, 'none.key') }, /key cannot be read: No such file/],
		[{ KITH_TLS_CERT: cert, KITH_TLS_KEY: cert }, /key cannot be used: there is no PEM of one in it/],
		[{ KITH_TLS_CERT: cert, KITH_TLS_KEY: wrong }, /key cannot be used: it is not that of the certificate/],
	];
	for (const [env, words] of cases) {
		const done = run('kithd', [], { env: { KITH_DATA: data, KITH_LISTEN: '127.0.0.1:0', ...env } });
		assert.deepEqual([done.code, done.out], [1, ''], done.err);
		assert.match(done.err, words);
	}
	assert.equal(existsSync(data), false, 'nothing was made');
});

test('SIGHUP means nothing to a server without TLS', async () => {
	const server = await Server.start();
	server.program.signal('SIGHUP');
	assert.equal((await fetch(`${server.url}/livez`)).status, 200);
	await server.stop();
});
