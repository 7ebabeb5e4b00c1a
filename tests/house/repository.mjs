// repository.mjs -- the repository as the house tests see it: paths, texts, words.
//
// Reads files only. A list that comes out empty is an error here, so that no house
// test passes because it looked at nothing.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export function read(path) {
	return readFileSync(join(root, path), 'utf8');
}

export function exists(path) {
	return existsSync(join(root, path));
}

// Every file under FOLDERS whose name matches, as paths from the root, in order.
export function files(folders, pattern) {
	const found = [folders].flat().filter(exists).flatMap((folder) => (
		readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
			.filter((entry) => entry.isFile() && pattern.test(entry.name))
			.map((entry) => relative(root, join(entry.parentPath, entry.name)))))
		.filter((path) => !path.includes('node_modules/')).sort();
	assert.ok(found.length > 0, `no ${pattern} under ${folders}`);
	return found;
}

export function isGenerated(path) {
	return /\.gen\.\w+$/.test(path);
}

// C without its comments and the contents of its literals, line by line as it was.
export function code(text) {
	return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (piece) => (
		piece.startsWith('/') ? piece.replace(/[^\n]/g, ' ') : `${piece[0]}${piece[0]}`));
}

// [{ line, word }] of every call of one of WORDS in CODE; members (a.free(), a->free()) are not.
export function callsOf(words, text) {
	const pattern = new RegExp(`(?<![\\w.>])(${words.join('|')})\\s*\\(`, 'g');
	return [...code(text).matchAll(pattern)].map((match) => (
		{ line: text.slice(0, match.index).split('\n').length, word: match[1] }));
}
