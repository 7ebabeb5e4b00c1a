// kill.test.mjs -- does kill -9 lose anything that was acknowledged?
//
// Ten kills under load; tests/soak/kills.mjs does the same for as long as one likes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killUnderLoad } from './lib/kills.mjs';

const SEED = Number(process.env.KITH_TEST_SEED ?? 7);

test('R-042 ten kill -9 under load lose nothing acknowledged, and store nothing twice', async () => {
	console.log(`# seed ${SEED}`);
	const { kills, acked } = await killUnderLoad({ seed: SEED, kills: 10, env: { KITH_WORKERS: '2' } });
	console.log(`# ${kills} kills, ${acked} acknowledged`);
	assert.equal(kills, 10);
	assert.ok(acked > 100, `${acked} were acknowledged`);
});
