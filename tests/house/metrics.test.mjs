// metrics.test.mjs -- what docs/operations.md says of figures and of the log is all
// there is, and each figure is counted somewhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files, read } from './repository.mjs';

const page = read('docs/operations.md');
const sources = files('src', /\.[ch]$/).filter((path) => !/base\/(metric|log)/.test(path));

const TYPES = { COUNTER: 'counter', GAUGE: 'gauge', HISTOGRAM: 'histogram', SAMPLE: 'gauge', SAMPLE_COUNTER: 'counter' };
const LABELS = { NONE: '', TIMES: '', SIZES: '', VERSION: '`version`', DOOR: '`door`', CODE: '`code`', LIMIT: '`limit`',
	HANDSHAKE: '`result`', CALL: '`call`, `result`', POOL: '`pool`' };

const rows = [...read('src/base/metric.def')
	.matchAll(/^KITH_METRIC\((\w+), (\w+), (\w+), (\w+), "([^"]+)", "([^"]+)"\)$/gm)]
	.map(([, id, type, , labels, name, help]) => ({ id, name, type: TYPES[type], labels: LABELS[labels], help }));

// The cells of each row of the table whose first column is called HEAD.
function tableOf(head) {
	const lines = page.split('\n');
	const begin = lines.findIndex((line) => line.startsWith(`| ${head} |`));
	assert.ok(begin >= 0, `a table of ${head}`);
	const end = lines.findIndex((line, i) => i > begin && !line.startsWith('|'));
	return lines.slice(begin + 2, end).map((line) => line.split(' | ').map((cell) => cell.replace(/^\| ?|\|$/g, '').trim()));
}

test('every row of metric.def is read', () => {
	assert.equal(rows.length, [...read('src/base/metric.def').matchAll(/^KITH_METRIC/gm)].length);
	for (const { name, type, labels } of rows) assert.ok(type && labels !== undefined, name);
});

test('R-103 the table of figures is metric.def', () => {
	assert.deepEqual(tableOf('figure').map(([name, type, labels, help]) => ({ name, type, labels, help })),
		rows.map(({ name, type, labels, help }) => ({ name: `\`${name}\``, type, labels, help })));
});

test('each figure is counted or looked up somewhere', () => {
	const all = sources.map(read).join('\n');
	assert.deepEqual(rows.filter(({ id }) => !new RegExp(`\\bKITH_METRIC_${id},`).test(all)).map(({ id }) => id), []);
});

// Events stand behind their level, or are handed on from a row or an argument.
function eventsOf(path) {
	return [...read(path).matchAll(/KITH_LOG_(?:DEBUG|INFO|WARN|ERROR),\s*"([a-z_]+)"/g)].map(([, event]) => event);
}

test('R-103 the table of the log has every event, and none that is not there', () => {
	const told = tableOf('event').map(([event]) => event.replaceAll('`', ''));
	const written = new Set(sources.flatMap(eventsOf));
	const words = new Set(sources.flatMap((path) => [...read(path).matchAll(/"([a-z_]+)"/g)].map(([, word]) => word)));
	assert.deepEqual([...written].filter((event) => !told.includes(event)), [], 'events that are not told');
	assert.deepEqual(told.filter((event) => !words.has(event)), [], 'events that nobody writes');
	assert.equal(new Set(told).size, told.length, 'an event twice');
});
