// wait.mjs -- waiting for something that is going to happen, and failing when it
// does not.
//
// No test sleeps to let something happen: it waits for a promise here. The limit
// is only how a failure ends.

export const PATIENCE_MS = 60_000; // a sanitizer's build on a busy machine is slow

/*
 * What PROMISE gives. Throws after LIMIT_MS, with WHAT (a text, or a function that
 * makes one then) in the message.
 */
export async function within(promise, what, limit_ms = PATIENCE_MS) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => {
			const text = typeof what === 'function' ? what() : what;
			reject(new Error(`not within ${limit_ms} ms: ${text}`));
		}, limit_ms);
	});
	promise.catch(() => {}); // when it fails after we gave up
	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
	}
}

// A list that grows while others wait for it to hold something.
export class Growing {
	items = [];
	#waiting = new Set();
	#ended = null;

	add(item) {
		this.items.push(item);
		this.#look();
	}

	// Nothing more will come; who still waits fails with ERROR.
	end(error) {
		this.#ended ??= error;
		this.#look();
	}

	// Resolves with what CHECK(items) gives as soon as that is not undefined or false.
	until(check, what, limit_ms) {
		let wait;
		const found = new Promise((resolve, reject) => {
			wait = { check, resolve, reject, what };
			this.#waiting.add(wait);
			this.#ask(wait);
		});
		const failure = () => `${what} (${this.items.length} items, the last ${
			JSON.stringify(this.items.at(-1))?.slice(0, 300)})`;
		return within(found, failure, limit_ms).finally(() => this.#waiting.delete(wait));
	}

	#look() {
		for (const wait of this.#waiting) this.#ask(wait);
	}

	#ask(wait) {
		const found = wait.check(this.items);
		if (found !== undefined && found !== false) {
			this.#waiting.delete(wait);
			wait.resolve(found);
		} else if (this.#ended) {
			this.#waiting.delete(wait);
			wait.reject(new Error(`${wait.what}: ${this.#ended.message}`));
		}
	}
}
