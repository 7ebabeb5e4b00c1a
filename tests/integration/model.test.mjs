// model.test.mjs -- do two people on three devices each ever see what the rules do not say?
//
// Random operations on a server and on a model that shares no code with it
// (tests/model); then the same on servers with a planted fault each, which has to be
// found. The seed is printed; `make model STEPS=n SEED=s` goes further.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playAll } from '../model/play.mjs';
import { runRounds } from '../model/rounds.mjs';

const SEED = Number(process.env.KITH_TEST_SEED ?? 3);
const STEPS = 600;
const FAULT_STEPS_MAX = 500;

test('R-032 R-033 R-041 R-043 R-050 R-053 R-092 people, their devices and the model never differ', async () => {
	console.log(`# seed ${SEED}`);
	const lines = [];
	const { differences, entries } = await runRounds({ seed: SEED, steps: STEPS, tries_max: 30,
		say: (line) => lines.push(line) });
	console.log(`# steps ${STEPS} entries ${entries}`);
	assert.equal(differences, 0, lines.join('\n'));
	assert.ok(entries > STEPS / 4, 'most of it was stored');
});

const FAULTS = [
	{ fault: 'receipt_back', claim: 'R-053 a receipt that goes back is found' },
	{ fault: 'edit_deleted', claim: 'R-050 an edit after a deletion is found' },
	{ fault: 'unread_off', claim: 'R-032 one unread message too many is found' },
];

for (const { fault, claim } of FAULTS) {
	test(claim, async () => {
		const { found, ops } = await playAll({ seed: SEED, steps: FAULT_STEPS_MAX, program: `tests/faults/kithd_${fault}` });
		assert.ok(found, `not found in ${ops.length} steps`);
		console.log(`# found after ${ops.length} steps: ${found.slice(0, 200)}`);
	});
}

test('a difference is shrunk to the operations that it takes', async () => {
	const lines = [];
	const { differences } = await runRounds({ seed: SEED, steps: FAULT_STEPS_MAX, program: 'tests/faults/kithd_receipt_back',
		say: (line) => lines.push(line) });
	assert.equal(differences, 1);
	const [first, shrunk, ...ops] = lines;
	assert.match(first, /^seed=\d+ step=\d+ differs: /);
	assert.match(shrunk, /^shrunk to \d+ operations in \d+ tries: /);
	assert.ok(ops.length <= 8, lines.join('\n'));
});
