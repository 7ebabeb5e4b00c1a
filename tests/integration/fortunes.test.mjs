// fortunes.test.mjs -- does real text in many scripts arrive as it was written?
//
// Some three thousand fortunes between two kith clients that are killed on the way;
// tests/soak/fortunes.mjs replays all of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseFortunes, readFortunes, whyAbsent } from './lib/fortunes.mjs';
import { replay } from './lib/replay.mjs';

const SEED = Number(process.env.KITH_TEST_SEED ?? 12);

test('R-040 R-041 R-092 R-093 fortunes survive the kills of sender and listener, byte by byte', { skip: whyAbsent }, async () => {
	const { files, entries, broken } = readFortunes();
	const chosen = chooseFortunes(entries, 3000);
	const withByte = (byte) => chosen.filter(({ bytes }) => bytes.includes(byte)).length;
	console.log(`# seed ${SEED}: ${chosen.length} of ${entries.length} entries of ${files.length} files; ${
		broken} are no UTF-8; ${withByte(27)} with escape sequences, ${withByte(8)} with overstrikes`);
	assert.ok(chosen.length >= Math.min(3000, entries.length));
	const { stored, refused, repeated } = await replay(chosen, { seed: SEED });
	console.log(`# ${stored} stored, ${refused} refused as too_large, ${repeated} repeated after the kill`);
	assert.equal(refused, chosen.filter(({ isTooLarge }) => isTooLarge).length);
});
