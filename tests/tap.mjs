// tap.mjs -- what a test program said, in TAP.
//
// Understands cmocka's form (several plans one after another; a skip is "not ok
// … # SKIP name" with its reason printed on the line before) and node's (nested
// results, where only the innermost count). Runs nothing; run.mjs does.
const PLAN = /^(\s*)1\.\.(\d+)(?:\s*#\s*SKIP\b\s*(.*))?$/i;
const RESULT = /^(\s*)(not )?ok\b\s*(\d+)?\s*(?:- )?(.*)$/;
const SKIP = /^(.*?)(?:^|\s)#\s*SKIP\b\s*(.*)$/i;

function depthOf(blanks) {
	return Math.floor(blanks.length / 4);
}

// One result line, without regard to those around it.
function readResult(line) {
	const match = RESULT.exec(line);
	if (!match || (match[3] === undefined && !/^\s*(not )?ok - /.test(line))) return null;
	const [, blanks, isBad, , rest] = match;
	const skip = SKIP.exec(rest);
	return { depth: depthOf(blanks), isBad: Boolean(isBad) && !skip, skip, name: rest };
}

// "name: reason", where cmocka prints the reason before and node behind.
function skipWords(skip, before) {
	const [, name, behind] = skip;
	if (name.trim()) return behind ? `${name.trim()}: ${behind}` : name.trim();
	return before ? `${behind}: ${before}` : behind;
}

/*
 * { passed, failed: [name], skipped: ["name: reason"], planned, seen }: innermost
 * results; planned and seen compare the outermost plan with the outermost results.
 */
export function readTap(text) {
	const tap = { passed: 0, failed: [], skipped: [], planned: 0, seen: 0 };
	let inner = -1; // depth of the results since the last one further out
	let innerFailed = false;
	let before = '';
	for (const line of text.split('\n')) {
		const plan = PLAN.exec(line);
		if (plan && depthOf(plan[1]) === 0) {
			tap.planned += Number(plan[2]);
			if (plan[2] === '0' && plan[3] !== undefined) tap.skipped.push(plan[3] || 'everything');
		}
		const result = plan ? null : readResult(line);
		if (!result) {
			if (line.trim() && !line.startsWith('#')) before = line.trim();
			continue;
		}
		if (result.depth === 0) tap.seen++;
		const isParent = inner > result.depth;
		if (result.skip) tap.skipped.push(skipWords(result.skip, before));
		else if (result.isBad && (!isParent || !innerFailed)) tap.failed.push(result.name);
		else if (!result.isBad && !isParent) tap.passed++;
		innerFailed = isParent || inner === result.depth ? innerFailed || result.isBad : result.isBad;
		if (result.depth === 0) innerFailed = false;
		inner = result.depth;
		before = '';
	}
	return tap;
}
