// shrink.mjs -- the shortest way to a difference that a while of trying finds.
//
// Drops operations, many at once and then fewer, and what is inside of bursts; plays
// the rest on a fresh server, and keeps what still differs. Bounded in tries, so it
// may end early.
import { playAll } from './play.mjs';

// OPS without SIZE of them from AT on.
const without = (ops, at, size) => [...ops.slice(0, at), ...ops.slice(at + size)];

// What may be dropped of the burst at AT: a device, or one of what it does.
function* smallerBursts(ops, at) {
	for (const [name, list] of Object.entries(ops[at].lists)) {
		const { [name]: gone, ...others } = ops[at].lists;
		const smaller = (lists) => ops.with(at, { ...ops[at], lists });
		if (Object.keys(others).length > 0) yield smaller(others);
		for (let i = 0; list.ops.length > 1 && i < list.ops.length; i++) {
			yield smaller({ ...others, [name]: { ...list, ops: without(list.ops, i, 1) } });
		}
	}
}

class Shrinking {
	tries = 0;

	constructor(options) {
		Object.assign(this, options);
	}

	// Keeps OPS when they differ, too.
	async try(ops) {
		if (ops.length === 0 || this.tries >= this.tries_max) return false;
		this.tries++;
		const played = await playAll({ seed: this.seed, ops, program: this.program });
		if (played.found) Object.assign(this, { ops: played.ops, found: played.found });
		return played.found !== null;
	}

	async dropSome(size) {
		for (let at = this.ops.length - size; at > -size; at -= size) {
			await this.try(without(this.ops, Math.max(0, at), Math.min(size, at + size)));
			at = Math.min(at, this.ops.length);
		}
	}

	async dropInside() {
		for (let at = 0; at < this.ops.length; at++) {
			const tried = this.ops;
			if (tried[at].kind !== 'burst') continue;
			for (const ops of smallerBursts(tried, at)) {
				if (await this.try(ops)) break;
			}
			if (this.ops !== tried) at--; // once more, from what is left
		}
	}
}

/*
 * ops     what differs
 * Gives { ops, found, tries }: fewer operations and what differs with them.
 */
export async function shrink({ seed, ops, found, program, tries_max = 80 }) {
	const shrinking = new Shrinking({ seed, ops, found, program, tries_max });
	for (let size = Math.ceil(ops.length / 2); size > 1; size = Math.ceil(size / 2)) await shrinking.dropSome(size);
	await shrinking.dropSome(1);
	await shrinking.dropInside();
	return shrinking;
}
