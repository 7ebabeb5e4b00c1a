// fortunes.mjs -- real text in many scripts: the fortune files that Debian packages.
//
// Finds the files, cuts them into entries, and says which entries are out of the
// ordinary. The folders named off and the links *.u8 are left out. Texts are taken
// as they are, escape sequences, overstrikes and all.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = '/usr/share/games/fortunes';
export const TEXT_BYTES_MAX = 16384;

// Why there is nothing to read, or false.
export const whyAbsent = existsSync(FOLDER) ? false
	: 'no fortune files: apt-get install fortunes fortunes-de fortunes-es fortunes-bg fortunes-ru fortunes-zh';

function filesIn(folder) {
	return readdirSync(folder, { withFileTypes: true })
		.sort((a, b) => (a.name < b.name ? -1 : 1))
		.flatMap((entry) => {
			const path = join(folder, entry.name);
			if (entry.isDirectory()) return entry.name === 'off' ? [] : filesIn(path);
			return entry.isFile() && !/\.(dat|u8)$/.test(entry.name) ? [path] : [];
		});
}

// Entries stand between lines of a single %, in one file with a CR behind it.
function entriesOf(path) {
	const bytes = readFileSync(path);
	const entries = [];
	let begin = 0;
	for (let at = 0; at < bytes.length;) {
		const found = bytes.indexOf(10, at);
		const end = found < 0 ? bytes.length : found;
		const isCut = bytes[at] === 37 && (end - at === 1 || (end - at === 2 && bytes[at + 1] === 13));
		if (isCut) {
			entries.push(bytes.subarray(begin, at));
			begin = end + 1;
		}
		at = end + 1;
	}
	if (begin < bytes.length) entries.push(bytes.subarray(begin));
	return entries.filter((entry) => entry.length > 0);
}

// A string that encodes to exactly BYTES, or null: they are no UTF-8.
function textOf(bytes) {
	try {
		return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
	} catch {
		return null;
	}
}

/*
 * { files, entries: [{ text, bytes, isTooLarge }], broken }: all entries in a fixed
 * order; broken counts those that are no UTF-8 and so no texts.
 */
export function readFortunes() {
	const files = filesIn(FOLDER);
	const entries = [];
	let broken = 0;
	for (const path of files) {
		for (const bytes of entriesOf(path)) {
			const text = textOf(bytes);
			if (text === null) broken++;
			else entries.push({ text, bytes, isTooLarge: bytes.length > TEXT_BYTES_MAX });
		}
	}
	return { files, entries, broken };
}

// The longest that fits, what is too large, what has overstrikes or other rare bytes.
function isSpecial({ bytes, isTooLarge }) {
	return isTooLarge || bytes.includes(8) || bytes.includes(13) || bytes.length > TEXT_BYTES_MAX / 2;
}

// About COUNT of ENTRIES, evenly over all of them, and everything special besides.
export function chooseFortunes(entries, count) {
	const step = entries.length / count;
	const chosen = new Set(Array.from({ length: count }, (_, i) => entries[Math.floor(i * step)]));
	return entries.filter((entry) => chosen.has(entry) || isSpecial(entry));
}
