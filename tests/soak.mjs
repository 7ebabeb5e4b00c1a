// soak.mjs -- the long form of what the tests do in seconds.
//
//   node tests/soak.mjs [--minutes 10] [--seed 1]
//
// All fortunes once, then kills of the server and random operations against the
// model, each round with a seed of its own, until the time is over. A failed case is
// printed with the seed that repeats it: --seed SEED --only kills. The last line is
// "seed=… cases=… failed=…"; exit 1 when one failed.
import { parseArgs } from 'node:util';

process.env.KITH_BUILD_DIR ??= 'build'; // read when the rest is loaded
const { replayFortunes } = await import('./soak/fortunes.mjs');
const { killServer } = await import('./soak/kills.mjs');
const { playModel } = await import('./soak/model.mjs');

const { values } = parseArgs({ options: {
	minutes: { type: 'string', default: '10' },
	seed: { type: 'string', default: '1' },
	only: { type: 'string' }, // fortunes, kills or model
} });
const until_ms = Date.now() + Number(values.minutes) * 60_000;
const first = Number(values.seed);
const sum = { cases: 0, failed: 0 };

async function run(name, body, seed) {
	const begun_ms = Date.now();
	sum.cases++;
	try {
		const words = await body(seed);
		console.log(`${name} seed=${seed} ${words} seconds=${((Date.now() - begun_ms) / 1000).toFixed(1)}`);
	} catch (error) {
		sum.failed++;
		console.log(`${name} seed=${seed} FAILED\n${error.stack}`);
	}
}

if (!(Number(values.minutes) > 0) || !Number.isInteger(first)) {
	console.error('soak: --minutes and --seed are numbers');
	process.exit(2);
}
console.log(`seed=${first} minutes=${values.minutes}`);
const isWanted = (name) => values.only === undefined || values.only === name;
if (isWanted('fortunes')) await run('fortunes', replayFortunes, first);
if (values.only !== 'fortunes') {
	for (let seed = first; seed === first || Date.now() < until_ms; seed++) {
		if (isWanted('kills')) await run('kills', killServer, seed);
		if (isWanted('model')) await run('model', playModel, seed);
	}
}
console.log(`seed=${first} cases=${sum.cases} failed=${sum.failed}`);
process.exit(sum.failed === 0 ? 0 : 1); // also when a failed case left something open
