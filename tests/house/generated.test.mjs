// generated.test.mjs -- what the generator writes is what the repository holds.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { files, read, root } from './repository.mjs';

const generated = files(['src', 'include', 'sdk', 'docs'], /\.gen\.\w+$/);

test('generated files are current', () => {
	const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'tools/generate.mjs'), '--check'],
		{ encoding: 'utf8' });
	assert.equal(status, 0, stderr);
	assert.equal(stdout.trim(), `${generated.length} generated files are current`);
});

test('a generated file says from what it comes and by which command', () => {
	for (const path of generated) {
		assert.match(read(path).slice(0, 400), /Generated from [\s\S]* by `make generate`; do not edit\./, path);
	}
});
