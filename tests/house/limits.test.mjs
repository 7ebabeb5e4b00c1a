// limits.test.mjs -- docs/limits.md says what the configuration and the headers say.
//
// Each key of a limit stands in the page and in docs/operations.md with its standard
// value, and no other does; each name of a fixed limit is one of a header's.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, read } from './repository.mjs';

const page = read('docs/limits.md');
const config = read('src/server/config.c');
const headers = files('src', /\.h$/).map((path) => read(path)).join('\n');

// Key and standard of every row of the configuration's table.
const keys = new Map([...config.matchAll(/\.key = "(\w+)",[^}]*?\.standard = "([^"]*)"/gs)].map(([, key, standard]) => [key, standard]));

// Key and standard of every row of a page's tables.
function rowsOf(text) {
	return new Map([...text.matchAll(/^\| `([a-z_]+)` \| `([^`]*)` \|/gm)].map(([, key, standard]) => [key, standard]));
}

test('R-081 every limit that has a key is in the page with its standard value', () => {
	const limits = [...keys].filter(([key]) => key.startsWith('limit_'));
	assert.ok(limits.length >= 11, `${limits.length} keys of limits`);
	const rows = rowsOf(page);
	for (const [key, standard] of limits) assert.equal(rows.get(key), standard, key);
	for (const [key, standard] of rows) assert.equal(keys.get(key), standard, `${key} is no key with this standard`);
});

test('R-081 every limit that has a key is in the operator\'s table with its standard value', () => {
	const rows = rowsOf(read('docs/operations.md'));
	for (const [key, standard] of keys) {
		if (key.startsWith('limit_')) assert.equal(rows.get(key), standard, key);
	}
});

test('each fixed limit of the page is one of a header\'s', () => {
	const names = [...page.matchAll(/`(KITH_[A-Z0-9_]+)`/g)].map(([, name]) => name).filter((name) => !name.startsWith('KITH_LIMIT_'));
	assert.ok(names.length >= 25, `${names.length} names`);
	assert.equal(new Set(names).size, names.length, 'a name stands twice');
	for (const name of names) assert.match(headers, new RegExp(`\\b${name}\\b( =|,|$| [A-Z(]|\\b )`, 'm'), name);
});
