// metrics.mjs -- the figures of a server, read strictly: text format 0.0.4.
//
// Throws on anything that Prometheus would not take or would take for something
// else: a sample without its type, a family in two places, buckets that fall.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/;
const NUMBER = /^(?:[+-]Inf|NaN|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/;
const TYPES = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);

function readLabels(text, line) {
	const labels = {};
	for (let rest = text; rest !== '';) {
		const match = LABEL.exec(rest);
		assert.ok(match && !(match[3] === ',' && rest.length === match[0].length), `labels: ${line}`);
		assert.ok(!(match[1] in labels), `a label twice: ${line}`);
		labels[match[1]] = match[2].replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));
		rest = rest.slice(match[0].length);
	}
	return labels;
}

function readSample(line) {
	const match = /^([^ {]+)(?:\{(.*)\})? (\S+)$/.exec(line);
	assert.ok(match && NAME.test(match[1]) && NUMBER.test(match[3]), `a sample: ${line}`);
	return { name: match[1], labels: readLabels(match[2] ?? '', line), value: Number(match[3].replace('Inf', 'Infinity')) };
}

// The family that a sample belongs to: a histogram's have three endings.
function belongsTo(family, name) {
	return family.type === 'histogram'
		? ['_bucket', '_sum', '_count'].some((end) => name === family.name + end)
		: name === family.name;
}

function checkHistogram({ name, samples }) {
	const of = (end) => samples.filter((sample) => sample.name === name + end);
	const buckets = of('_bucket');
	const [sum, count] = [of('_sum'), of('_count')];
	const bounds = buckets.map(({ labels }) => Number(labels.le.replace('+Inf', 'Infinity')));
	assert.ok(buckets.length > 1 && sum.length === 1 && count.length === 1, `${name}: buckets, a sum, a count`);
	assert.equal(bounds.at(-1), Infinity, `${name}: the last bucket has no bound`);
	for (let i = 1; i < buckets.length; i++) {
		assert.ok(bounds[i] > bounds[i - 1], `${name}: bounds rise`);
		assert.ok(buckets[i].value >= buckets[i - 1].value, `${name}: buckets are cumulative`);
	}
	assert.equal(buckets.at(-1).value, count[0].value, `${name}: the last bucket is the count`);
}

function checkFamily(family) {
	const keys = family.samples.map(({ name, labels }) => JSON.stringify([name, Object.entries(labels).sort()]));
	assert.ok(family.samples.length > 0, `${family.name} has samples`);
	assert.equal(new Set(keys).size, keys.length, `${family.name}: a sample twice`);
	assert.equal(family.name.endsWith('_total'), family.type === 'counter', `${family.name}: _total is for counters`);
	for (const { name, value } of family.samples) {
		assert.ok(Number.isFinite(value), `${name}: ${value}`);
		assert.ok(family.type === 'gauge' || value >= 0, `${name}: ${value}`);
	}
	if (family.type === 'histogram') checkHistogram(family);
}

function readFamilies(text) {
	const families = new Map();
	let family = null;
	assert.ok(text.endsWith('\n'), 'the text ends in a newline');
	for (const line of text.slice(0, -1).split('\n')) {
		const help = /^# HELP (\S+) (.+)$/.exec(line);
		const type = /^# TYPE (\S+) (\S+)$/.exec(line);
		if (help) {
			assert.ok(NAME.test(help[1]) && !families.has(help[1]), `a family once: ${line}`);
			family = { name: help[1], help: help[2], type: null, samples: [] };
			families.set(family.name, family);
		} else if (type) {
			assert.ok(family?.name === type[1] && family.type === null && TYPES.has(type[2]), `a type: ${line}`);
			family.type = type[2];
		} else {
			const sample = readSample(line);
			assert.ok(family?.type && belongsTo(family, sample.name), `a sample of its family: ${line}`);
			family.samples.push(sample);
		}
	}
	for (const one of families.values()) checkFamily(one);
	return families;
}

// What one scrape said.
export class Metrics {
	constructor(text) {
		this.text = text;
		this.families = readFamilies(text);
		this.samples = [...this.families.values()].flatMap(({ samples }) => samples);
	}

	// The one sample with exactly these labels; undefined: there is none.
	value(name, labels = {}) {
		const key = (all) => JSON.stringify(Object.entries(all).sort());
		return this.samples.find((sample) => sample.name === name && key(sample.labels) === key(labels))?.value;
	}

	// The sum of all samples of NAME.
	sum(name) {
		return this.samples.filter((sample) => sample.name === name).reduce((all, { value }) => all + value, 0);
	}
}

// Asks SERVER as a program on its machine does.
export async function scrape(server) {
	const answer = await fetch(`${server.url}/metrics`);
	const text = await answer.text();
	assert.equal(answer.status, 200, text);
	assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
	return new Metrics(text);
}

// Asks until CHECK(metrics) is true: for figures that follow what a client sees.
export async function scrapeUntil(server, check, what) {
	for (let i = 0; i < 2000; i++) {
		const metrics = await scrape(server);
		if (check(metrics)) return metrics;
	}
	return assert.fail(`the figures never say: ${what}`);
}

// What promtool has to say about TEXT: { isThere, code, words }.
export function promtool(text) {
	const done = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
	return { isThere: done.error?.code !== 'ENOENT', code: done.status, words: `${done.stdout}${done.stderr}` };
}
