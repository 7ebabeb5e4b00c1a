// rand.mjs -- chance that can be had again: the same seed, the same numbers.
//
// Tests draw moments, sizes and ids here, and print the seed. Nothing secret comes
// from it.

// A generator of 32-bit numbers (mulberry32).
export class Rand {
	#state;

	constructor(seed) {
		this.#state = seed >>> 0;
	}

	next() {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let z = this.#state;
		z = Math.imul(z ^ (z >>> 15), z | 1);
		z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
		return (z ^ (z >>> 14)) >>> 0;
	}

	// From 0 up to COUNT, without COUNT.
	below(count) {
		return this.next() % count;
	}

	between(least, most) {
		return least + this.below(most - least + 1);
	}

	pick(list) {
		return list[this.below(list.length)];
	}
}

/*
 * A UUIDv7 of now. Ids of one generator rise only as the clock does; they differ,
 * because 74 bits come from RAND.
 */
export function newId(rand) {
	const hex = (number, digits) => number.toString(16).padStart(digits, '0');
	const time = hex(Date.now(), 12);
	const version = `7${hex(rand.below(0x1000), 3)}`;
	const variant = hex(0x8000 + rand.below(0x4000), 4);
	const tail = hex(rand.next(), 8) + hex(rand.below(0x10000), 4);
	return `${time.slice(0, 8)}-${time.slice(8)}-${version}-${variant}-${tail}`;
}
