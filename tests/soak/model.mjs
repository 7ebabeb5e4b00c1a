// model.mjs -- the soak's part of the property test: two people on three devices each,
// against the model. tests/integration/model.test.mjs does fewer steps.
import { runRounds } from '../model/rounds.mjs';

const STEPS = 2000;

// One case; its words for the report.
export async function playModel(seed) {
	const lines = [];
	const { differences, entries } = await runRounds({ seed: seed * 1000, steps: STEPS, say: (line) => lines.push(line) });
	if (differences > 0) throw new Error(lines.join('\n'));
	return `steps=${STEPS} entries=${entries} differences=0`;
}
