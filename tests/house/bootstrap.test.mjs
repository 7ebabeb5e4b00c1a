// bootstrap.test.mjs -- bringing the tools in is quiet once they are there.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { root } from './repository.mjs';

function bootstrap(level) {
	return spawnSync('scripts/bootstrap', [level], { cwd: root, encoding: 'utf8' });
}

test('R-100 bootstrap does and says nothing when nothing is missing', () => {
	for (const level of ['run', 'test']) {
		const { status, stdout, stderr } = bootstrap(level);
		const said = `${stdout}${stderr}`.split('\n').filter((line) => line && !/^bootstrap: without .* some tests skip/.test(line));
		assert.deepEqual(said, []);
		assert.equal(status, 0);
	}
});

test('a level that there is not is refused with those that there are', () => {
	const { status, stderr } = bootstrap('everything');
	assert.equal(status, 1);
	assert.equal(stderr, 'bootstrap: usage: scripts/bootstrap [run|test|check]\n');
});
