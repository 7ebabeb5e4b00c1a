// first_comment.test.mjs -- every file says what it is, is short, and has its place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basename, dirname } from 'node:path';
import { exists, files, isGenerated, read } from './repository.mjs';

const LINES_MAX = 800;
const FOLDERS = ['src', 'include', 'tests', 'fuzz', 'bench'];
const inC = files(FOLDERS, /\.[ch]$/);
const scripts = files(['scripts', 'tests', 'tools'], /\.mjs$/);

function collect(paths, complaint) {
	const found = paths.map((path) => complaint(path, read(path))).filter(Boolean);
	assert.deepEqual(found, []);
}

test('every C file begins with its name and the question it answers', () => {
	collect(inC, (path, text) => (text.startsWith(`/*\n * ${basename(path)} -- `) ? null : path));
});

test('every script begins with its name and what it does', () => {
	collect(scripts, (path, text) => (text.startsWith(`// ${basename(path)} -- `) ? null : path));
});

test(`no file that people write has more than ${LINES_MAX} lines`, () => {
	collect([...inC, ...scripts].filter((path) => !isGenerated(path)), (path, text) => {
		const lines = text.split('\n').length - 1;
		return lines > LINES_MAX ? `${path}: ${lines}` : null;
	});
});

test('a header under src is guarded by its path', () => {
	collect(files('src', /\.h$/), (path, text) => {
		const guard = `KITH_${path.slice('src/'.length).replace(/[/.]/g, '_').toUpperCase()}`;
		return text.includes(`#ifndef ${guard}\n#define ${guard}\n`) ? null : `${path}: no ${guard}`;
	});
});

test('nothing is left for later', () => {
	const marks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`);
	collect([...inC, ...scripts], (path, text) => (marks.test(text) ? `${path}: ${marks.exec(text)[1]}` : null));
});

test('a unit test stands in the folder of what it tests', () => {
	collect(files('tests/unit', /^test_.*\.c$/), (path) => {
		const folder = basename(dirname(path));
		return exists(`src/${folder}`) || exists(folder) ? null : `${path}: no folder ${folder}`;
	});
});

test('text files end in a newline and no line ends in a blank', () => {
	const all = [...inC, ...scripts, ...files(['api', 'docs'], /\.(yaml|md)$/), 'Makefile', 'CMakeLists.txt'];
	collect(all.filter((path) => !isGenerated(path)), (path, text) => {
		if (!text.endsWith('\n')) return `${path}: no newline at its end`;
		const line = text.split('\n').findIndex((one) => /[ \t]$/.test(one));
		return line < 0 ? null : `${path}:${line + 1}: a blank at the end`;
	});
});
