// match.mjs -- is an answer what was expected, and if not, where does it differ?
//
// Everything has to be equal, member by member; what may not be known beforehand is
// a Moment, which is learned when it is first seen and has to be the same ever after.

export class Difference extends Error {}

export function differ(what) {
	throw new Difference(what);
}

// A time that the server chose, or will choose.
export class Moment {
	text = null;

	take(text) {
		if (typeof text !== 'string' || Number.isNaN(Date.parse(text))) return false;
		this.text ??= text;
		return this.text === text;
	}

	toJSON() {
		return this.text ?? 'a time';
	}
}

// What may be left out; when it is there it has to be EXPECTED, or anything.
export class Maybe {
	constructor(expected) {
		this.expected = expected;
	}
}

const show = (value) => (value === undefined ? 'nothing' : JSON.stringify(value));

function differenceOfLists(expected, actual, path) {
	if (!Array.isArray(actual)) return `${path} is ${show(actual)}, expected a list`;
	for (let i = 0; i < Math.min(expected.length, actual.length); i++) {
		const found = difference(expected[i], actual[i], `${path}.${i}`);
		if (found) return found;
	}
	return expected.length === actual.length ? null
		: `${path} has ${actual.length} items, expected ${expected.length}: ${show(actual)} and not ${show(expected)}`;
}

function differenceOfObjects(expected, actual, path) {
	if (actual === null || typeof actual !== 'object' || Array.isArray(actual)) {
		return `${path} is ${show(actual)}, expected ${show(expected)}`;
	}
	for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
		const found = difference(expected[key], actual[key], path === '' ? key : `${path}.${key}`);
		if (found) return found;
	}
	return null;
}

// Where ACTUAL is not EXPECTED, in words; null when it is.
export function difference(expected, actual, path = '') {
	if (expected instanceof Maybe) {
		return actual === undefined || expected.expected === undefined ? null
			: difference(expected.expected, actual, path);
	}
	if (expected instanceof Moment) {
		return expected.take(actual) ? null : `${path} is ${show(actual)}, expected ${show(expected)}`;
	}
	if (Array.isArray(expected)) return differenceOfLists(expected, actual, path);
	if (expected !== null && typeof expected === 'object') return differenceOfObjects(expected, actual, path);
	return expected === actual ? null : `${path} is ${show(actual)}, expected ${show(expected)}`;
}
