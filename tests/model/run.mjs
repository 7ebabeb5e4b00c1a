// run.mjs -- the property test at any length.
//
//   node tests/model/run.mjs [--steps 1000] [--seed 1] [--program kithd]
//
// Programs are those of KITH_BUILD_DIR. A difference is told with the shortest
// sequence of operations that was found to show it. The last line is
// "seed=… steps=… differences=…"; exit 1 when there was one.
import { parseArgs } from 'node:util';
import { runRounds } from './rounds.mjs';

const { values } = parseArgs({ options: {
	steps: { type: 'string', default: '1000' },
	seed: { type: 'string', default: '1' },
	program: { type: 'string' },
} });
const steps = Number(values.steps);
const seed = Number(values.seed);

if (!Number.isInteger(steps) || steps < 1 || !Number.isInteger(seed)) {
	console.error('model: --steps and --seed are numbers');
	process.exit(2);
}
const done = await runRounds({ seed, steps, program: values.program, say: console.log });
console.log(`seed=${seed} steps=${done.steps} differences=${done.differences}`);
process.exit(done.differences === 0 ? 0 : 1); // also when a server that failed left something open
