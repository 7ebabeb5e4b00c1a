// tap.test.mjs -- the runner hears every failure and every skip.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readTap } from '../tap.mjs';

const cases = [
	{ name: 'two plans of one program are added up',
	  text: '1..2\nok 1 - a\nok 2 - b\n1..1\nok 1 - c\n',
	  want: { passed: 3, failed: [], skipped: [], planned: 3, seen: 3 } },
	{ name: 'a failure keeps its name, whatever is printed around it',
	  text: '1..2\nok 1 - a\nhello\nnot ok 2 - R-041 b\n# x.c:7: error: Failure!\n# not ok - t\n',
	  want: { passed: 1, failed: ['R-041 b'], skipped: [], planned: 2, seen: 2 } },
	{ name: 'a skip of cmocka has its reason on the line before',
	  text: '1..1\nno fortunes here\nnot ok 1 # SKIP test_c\n',
	  want: { passed: 0, failed: [], skipped: ['test_c: no fortunes here'], planned: 1, seen: 1 } },
	{ name: 'a skip of node has its reason behind',
	  text: 'TAP version 13\n# Subtest: c\nok 1 - c # SKIP no thing\n  ---\n  type: \'test\'\n  ...\n1..1\n',
	  want: { passed: 0, failed: [], skipped: ['c: no thing'], planned: 1, seen: 1 } },
	{ name: 'only the innermost of nested results count',
	  text: '    ok 1 - in\n    not ok 2 - bad\n    ok 3 - more\n    1..3\nnot ok 1 - group\nok 2 - last\n1..2\n',
	  want: { passed: 3, failed: ['bad'], skipped: [], planned: 2, seen: 2 } },
	{ name: 'a group that fails by itself is heard',
	  text: '    ok 1 - in\n    1..1\nnot ok 1 - group\n1..1\n',
	  want: { passed: 1, failed: ['group'], skipped: [], planned: 1, seen: 1 } },
	{ name: 'a program that stops early has seen less than it planned',
	  text: '1..3\nok 1 - a\n',
	  want: { passed: 1, failed: [], skipped: [], planned: 3, seen: 1 } },
	{ name: 'a program that skips everything says why',
	  text: '1..0 # SKIP needs root\n',
	  want: { passed: 0, failed: [], skipped: ['needs root'], planned: 0, seen: 0 } },
];

for (const { name, text, want } of cases) {
	test(name, () => assert.deepEqual(readTap(text), want));
}
