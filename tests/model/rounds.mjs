// rounds.mjs -- many steps of the property test, and what is said of a difference.
import { playAll } from './play.mjs';
import { shrink } from './shrink.mjs';

const ROUND_STEPS = 1000;
const SHOWN = 60; // characters of a text

const show = (op) => JSON.stringify(op, (key, value) => (typeof value === 'string' && value.length > SHOWN
	? `${value.slice(0, SHOWN)}…` : value));

/*
 * Plays STEPS in rounds, each on a fresh server with the next seed, and stops at the
 * first difference, which SAY gets to hear, shrunk. Gives { differences, entries, steps }.
 */
export async function runRounds({ seed, steps, program, say, tries_max }) {
	let entries = 0;
	for (let left = steps, at = seed; left > 0; left -= ROUND_STEPS, at++) {
		const round = Math.min(left, ROUND_STEPS);
		const played = await playAll({ seed: at, steps: round, program });
		entries += played.entries;
		if (played.found) {
			say(`seed=${at} step=${played.ops.length} differs: ${played.found}`);
			const short = await shrink({ seed: at, ops: played.ops, found: played.found, program, tries_max });
			say(`shrunk to ${short.ops.length} operations in ${short.tries} tries: ${short.found}`);
			for (const op of short.ops) say(`  ${show(op)}`);
			return { differences: 1, entries, steps: steps - left + played.ops.length };
		}
		say(`seed=${at} steps=${round} checks=${played.checks} entries=${played.entries} differences=0`);
	}
	return { differences: 0, entries, steps };
}
