// chat.test.mjs -- people sign in on their machines and talk in two terminals.
//
// Real programs on real (pseudo-)terminals: what stands on the screens is what the
// people would see, through a server that is killed in the middle.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Program, run } from './lib/program.mjs';
import { freePort, newFolder, Server } from './lib/server.mjs';
import { Terminal } from './lib/terminal.mjs';

// Adds people with passwords; gives the environment of each one's machine.
function addMachines(server, ...ids) {
	const machines = {};
	for (const id of ids) {
		server.admin('user', 'add', id);
		const done = run('kithctl', ['--data', server.data, 'user', 'password', id, '--password-stdin'],
			{ input: `secret of ${id}\n` });
		assert.equal(done.code, 0, done.err);
		machines[id] = { KITH_SESSION: join(newFolder(), 'a', 'session') };
	}
	return machines;
}

function signIn(server, id, env, password = `secret of ${id}`) {
	return run('kith', ['login', '--server', server.url, id, '--device', `${id}'s box`], { env, input: `${password}\n` });
}

test('R-004 kith login keeps a session that the other commands use, and kith logout ends it', async () => {
	const server = await Server.start({ port: await freePort() });
	const { alice } = addMachines(server, 'alice');
	const before = run('kith', ['recent'], { env: alice });
	assert.equal(before.code, 2);
	assert.match(before.err, /^kith: nobody is signed in: kith login USER/);
	const wrong = signIn(server, 'alice', alice, 'something else');
	assert.equal(wrong.code, 1);
	assert.match(wrong.err, /^kith: unauthenticated: .*password/);
	assert.ok(!existsSync(alice.KITH_SESSION));
	const right = signIn(server, 'alice', alice);
	assert.deepEqual([right.code, right.out], [0, 'signed in as alice\n'], right.err);
	assert.equal(statSync(alice.KITH_SESSION).mode & 0o777, 0o600);
	assert.doesNotMatch(readFileSync(alice.KITH_SESSION, 'utf8'), /secret/);
	// The session knows its server; no token is needed any more.
	assert.equal(JSON.parse(run('kith', ['call', 'me.get'], { env: alice }).out).id, 'alice');
	const twice = signIn(server, 'alice', alice);
	assert.equal(twice.code, 1);
	assert.match(twice.err, /alice is signed in at .* kith logout comes first/);
	const other = { KITH_SESSION: join(newFolder(), 'session') };
	assert.equal(signIn(server, 'alice', other).code, 0);
	const list = run('kith', ['sessions'], { env: alice }).out.split('\n').filter((line) => line !== '');
	assert.equal(list.length, 2);
	assert.equal(list.filter((line) => /^\* [0-9a-f-]{36} .*alice's box$/.test(line)).length, 1, list.join('\n'));
	// One machine signs the other one out.
	const [, id] = /^ {2}([0-9a-f-]{36})/.exec(list.find((line) => line.startsWith('  ')));
	assert.equal(run('kith', ['sessions', 'end', id], { env: alice }).code, 0);
	const ended = run('kith', ['recent'], { env: other });
	assert.equal(ended.code, 1);
	assert.match(ended.err, /^kith: unauthenticated: /);
	assert.ok(!existsSync(other.KITH_SESSION), 'what has ended is forgotten');
	assert.equal(run('kith', ['logout'], { env: alice }).out, 'signed out\n');
	assert.ok(!existsSync(alice.KITH_SESSION));
	assert.equal(run('kith', ['logout'], { env: alice }).code, 2);
	await server.stop();
});

test('R-004 a server that is gone signs nobody out', async () => {
	const server = await Server.start({ port: await freePort() });
	const { alice } = addMachines(server, 'alice');
	assert.equal(signIn(server, 'alice', alice).code, 0);
	await server.stop();
	assert.equal(run('kith', ['recent'], { env: alice }).code, 3);
	assert.equal(run('kith', ['logout'], { env: alice }).code, 3);
	assert.ok(existsSync(alice.KITH_SESSION));
	await server.start();
	assert.equal(run('kith', ['recent'], { env: alice }).code, 0);
	await server.stop();
});

test('kith call takes KEY=VALUE, with lists and objects as JSON', async () => {
	const server = await Server.start();
	const people = server.addPeople('alice', 'bob');
	const sent = JSON.parse(server.kith(people.alice, 'call', 'messages.sendToUser', 'address=bob', 'text=5').out);
	assert.equal(sent.text, '5');
	const deleted = JSON.parse(server.kith(people.alice, 'call', 'messages.delete', `ids=["${sent.id}"]`).out);
	assert.deepEqual(deleted.items, [{ id: sent.id, done: true }]);
	const changed = JSON.parse(server.kith(people.alice, 'call', 'me.update', 'metadata={"desk": 4}').out);
	assert.deepEqual(changed.metadata, { desk: 4 });
	assert.match(server.kith(people.alice, 'history', 'bob').out, /alice: \(deleted\)$/m);
	await server.stop();
});

test('R-053 R-034 two terminals chat: ticks, typing, replies, edits, reactions, deletions', async () => {
	const server = await Server.start({ port: await freePort() });
	const machines = addMachines(server, 'alice', 'bob');
	for (const id of ['alice', 'bob']) assert.equal(signIn(server, id, machines[id]).code, 0);
	const alice = new Terminal('kith', ['chat', 'bob'], { env: machines.alice });
	await alice.row(/^ bob/);
	alice.type('hello bob\r');
	await alice.row(/alice: hello bob ✓$/); // stored; bob is away
	const bob = new Terminal('kith', ['chat', 'alice'], { env: machines.bob });
	await bob.row(/alice: hello bob$/);
	await alice.row(/alice: hello bob ✓✓$/);
	await alice.row(/^ bob · online/);
	bob.type('and');
	await alice.row(/^ bob .*bob is typing …/);
	bob.type(' you\r');
	await alice.row(/bob: and you$/);
	await alice.noRow(/is typing/);
	await bob.row(/bob: and you ✓✓$/);
	alice.type('/reply fine\r');
	await bob.row(/alice: ↪ and you — fine$/);
	await alice.row(/ — fine ✓/);
	alice.type('/edit very fine\r');
	await bob.row(/alice: ↪ and you — very fine \(edited\)$/);
	await alice.styled(/very fine \(edited\) ✓✓$/, '✓', /36/); // in colour: bob has it on his screen
	bob.type('/react 👍\r');
	await alice.row(/very fine \(edited\) {2}👍 1 ✓✓$/);
	alice.type('/delete\r');
	await bob.row(/alice: .*\(deleted\)$/);
	bob.type('\x1b]0;title\x07//slash\r');
	await alice.row(/bob: .*\/slash$/);
	bob.type('/nonsense\r');
	await bob.row(/\* there is no such command; \/help lists them/);
	// The terminals come back as they were.
	alice.widen();
	await alice.row(/bob: .*\/slash$/);
	alice.type('\x04');
	await alice.endsWith(0);
	assert.ok(!alice.isSecondPage);
	await bob.row(/^ alice · last seen/);
	await bob.endsWith(143, 'SIGTERM');
	assert.ok(!bob.isSecondPage);
	assert.match(bob.raw, /\x1b\[\?2004l/); // eslint-disable-line no-control-regex
	await server.stop();
	server.verify();
});

test('R-042 a server that is killed in the middle of a chat loses and doubles nothing', async () => {
	const server = await Server.start({ port: await freePort() });
	const machines = addMachines(server, 'alice', 'bob');
	for (const id of ['alice', 'bob']) assert.equal(signIn(server, id, machines[id]).code, 0);
	const alice = new Terminal('kith', ['chat', 'bob'], { env: machines.alice, rows: 20 });
	const bob = new Terminal('kith', ['chat', 'alice'], { env: machines.bob, rows: 20 });
	await alice.row(/^ bob/);
	await bob.row(/^ alice/);
	alice.type('one\r');
	await bob.row(/alice: one$/);
	await alice.row(/alice: one ✓/);
	await server.kill();
	await alice.row(/the connection is lost; trying again/);
	alice.type('two\rthree\r');
	await alice.row(/alice: two …$/);
	await alice.row(/2 waiting/);
	alice.type('/edit zero\r'); // not the one before, which is stored
	await alice.row(/\* your last message is not stored yet/);
	await server.start();
	await alice.row(/alice: three ✓✓$/);
	await bob.row(/alice: three$/);
	bob.type('four\r');
	await alice.row(/bob: four$/);
	await bob.row(/bob: four ✓/);
	for (const terminal of [alice, bob]) {
		assert.deepEqual(terminal.text.flatMap((row) => /(?:alice|bob): (\w+)/.exec(row)?.[1] ?? []),
			['one', 'two', 'three', 'four']);
	}
	for (const terminal of [alice, bob]) {
		terminal.type('/quit\r');
		await terminal.endsWith(0);
	}
	await server.stop();
	assert.equal(server.verify().entries, 4);
});

test('without a terminal kith chat reads and prints lines', async () => {
	const server = await Server.start({ port: await freePort() });
	const people = server.addPeople('alice', 'bob');
	const bob = new Program('kith', ['chat', 'alice'], { env: { KITH_URL: server.url, KITH_TOKEN: people.bob }, stdin: 'pipe' });
	const done = run('kith', ['chat', 'bob'], { env: { KITH_URL: server.url, KITH_TOKEN: people.alice }, input: 'one\ntwo' });
	assert.equal(done.code, 0, done.err);
	assert.match(done.out, /^\* ✓ n=1$/m);
	await bob.line(/^\[.*Z\] alice: two$/);
	bob.child.stdin.end('/help\nthree\n');
	await bob.line(/^\* \/edit TEXT/);
	await bob.endsWith(0);
	assert.match(server.kith(people.alice, 'history', 'bob').out, /bob: three$/m);
	await server.stop();
});
