// requirements.test.mjs -- docs/requirements.md tells the truth about what is built.
//
// Every call, test and document that a row names exists; a test that is named
// cites the number; a number that a test cites has a row among what is built.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exists, files, read } from './repository.mjs';

const page = 'docs/requirements.md';
const [built, later] = read(page).split(/^## Not yet$/m);
const names = [...read('api/openapi.yaml').matchAll(/^ +operationId: (\S+)$/gm)].map(([, name]) => name);

// The numbers that a test cites, in words ("R-041 …") or in a function's name (test_r_041_…).
function cited(path) {
	return new Set([...read(path).matchAll(/(?:\bR-|_r_)(\d{3})(?!\d)/g)].map(([, digits]) => `R-${digits}`));
}

const tests = files('tests', /\.(c|h|mjs|txt)$/).filter((path) => !/house\/(requirements|tap)/.test(path));

function cells(line) {
	return line.split('|').slice(1, -1).map((cell) => cell.trim());
}

function codes(cell) {
	return [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word);
}

const rows = built.split('\n').filter((line) => /^\| R-\d{3} \|/.test(line)).map((line) => {
	const [number, words, calls, tests, documents] = cells(line);
	return { number, words, calls: codes(calls), tests: codes(tests),
		documents: [...documents.matchAll(/\]\(([^)#]+)/g)].map(([, link]) => link) };
});
const waiting = (later ?? '').split('\n').filter((line) => /^\| R-\d{3} \|/.test(line)).map((line) => cells(line));

test('the page has both of its tables', () => {
	assert.ok(rows.length >= 15, `${rows.length} rows are built`);
	assert.ok(waiting.length > 0, 'nothing is said of what is not yet built');
	for (const [number, words, status] of waiting) {
		assert.ok(words.length > 10, `${number}: no words`);
		assert.equal(status, 'not yet', number);
	}
	const all = [...rows.map((row) => row.number), ...waiting.map(([number]) => number)];
	assert.equal(new Set(all).size, all.length, 'a number stands twice');
});

for (const row of rows) {
	test(`${row.number} is held by what its row names`, () => {
		assert.ok(row.words.length > 10, 'no words');
		for (const call of row.calls) assert.ok(names.includes(call), `no call ${call}`);
		const citing = tests.filter((path) => cited(path).has(row.number));
		assert.ok(row.tests.length > 0, `no test; these cite it: ${citing.join(', ') || 'none'}`);
		for (const path of row.tests) {
			assert.ok(exists(path), `no test ${path}`);
			assert.ok(cited(path).has(row.number), `${path} does not cite ${row.number}`);
		}
		assert.ok(row.documents.length > 0, 'no document');
		for (const link of row.documents) {
			const path = new URL(link, `file:///${page}`).pathname.slice(1);
			assert.ok(exists(path), `no document ${path}`);
		}
	});
}

test('every number that a test cites is built', () => {
	const known = new Set(rows.map((row) => row.number));
	const wrong = tests.flatMap((path) => [...cited(path)].filter((number) => !known.has(number))
		.map((number) => `${path}: ${number}`));
	assert.deepEqual(wrong, []);
});

test('every call belongs to a requirement', () => {
	const held = new Set(rows.flatMap((row) => row.calls));
	assert.deepEqual(names.filter((name) => !name.startsWith('server.') && !held.has(name)), []);
});
