// layers.test.mjs -- includes point down, and each layer keeps from what is not its own.
//
// src/LAYERS is the rule; every #include under src/ is held against it. What a
// layer may not touch (clocks, files, the heap, the log) is a table here.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callsOf, files, isGenerated, read } from './repository.mjs';

const sources = files('src', /\.[ch]$/);
const layers = new Map(read('src/LAYERS').split('\n').filter((line) => /^\w+:/.test(line)).map((line) => {
	const [name, below] = line.split(':');
	return [name, below.trim().split(/\s+/).filter(Boolean)];
}));

const layerOf = (path) => path.split('/')[1];

function includesOf(path) {
	return [...read(path).matchAll(/^[ \t]*#[ \t]*include[ \t]+([<"])([^>"]+)[>"]/gm)]
		.map(([, mark, name]) => ({ isOurs: mark === '"', name }));
}

test('every folder of src is a layer, and every layer stands on known ones', () => {
	assert.ok(layers.size >= 10, 'src/LAYERS has lost rows');
	for (const path of sources) assert.ok(layers.has(layerOf(path)), `${path} is in no layer`);
	const seen = new Set();
	for (const [name, below] of layers) {
		for (const one of below) assert.ok(seen.has(one), `${name} stands on ${one}, which is not below it`);
		seen.add(name);
	}
});

// Why OWN may not include NAME; null when it may.
function complaint(own, name) {
	const target = name.split('/')[0];
	if (target === 'kith') return ['client', 'cli'].includes(own) ? null : 'is public';
	if (!layers.has(target)) return 'is in no layer';
	return target === own || layers.get(own).includes(target) ? null : `is not below ${own}`;
}

test('every include points down', () => {
	const ours = sources.flatMap((path) => includesOf(path).filter(({ isOurs }) => isOurs)
		.map(({ name }) => ({ path, name, why: complaint(layerOf(path), name) })));
	assert.ok(ours.length > 100, `only ${ours.length} includes were seen`);
	assert.deepEqual(ours.filter(({ why }) => why).map(({ path, name, why }) => `${path}: ${name} ${why}`), []);
});

test('a public header needs no other folder', () => {
	for (const path of files('include', /\.h$/)) {
		for (const { isOurs, name } of includesOf(path)) {
			assert.ok(!isOurs || name.startsWith('kith/'), `${path} includes ${name}`);
		}
	}
});

const CLOCKS = ['time', 'clock', 'clock_gettime', 'gettimeofday', 'kith_when_now_us', 'kith_when_steady_us',
	'nanosleep', 'usleep', 'sleep'];
const CHANCE = ['rand', 'random', 'getrandom', 'randombytes_\\w+', 'arc4random\\w*', 'kith_rand_init', 'kith_rand_start'];
const SURROUNDINGS = ['getenv', 'secure_getenv', 'setenv', 'getcwd', 'isatty'];
const FILES = ['fopen', 'fdopen', 'openat', 'creat', 'fread', 'fwrite', 'unlink', 'rename', 'stat', 'fstat', 'mmap',
	'socket', 'accept4?', 'recv', 'send', 'epoll_\\w+', 'eventfd'];
const LOCKS = ['pthread_\\w+', 'mtx_\\w+', 'cnd_\\w+', 'thrd_\\w+', 'sem_\\w+'];
const SPEECH = ['printf', 'fprintf', 'vfprintf', 'puts', 'fputs', 'putchar', 'perror', 'syslog', 'kith_log'];

function refuse(paths, words, what) {
	assert.ok(paths.length > 0, `nothing to look at for ${what}`);
	const found = paths.flatMap((path) => callsOf(words, read(path)).map(({ line, word }) => `${path}:${line} ${word}()`));
	assert.deepEqual(found, [], what);
}

const inLayers = (...names) => sources.filter((path) => names.includes(layerOf(path)));

for (const layer of ['wire', 'domain', 'door']) {
	test(`${layer} reads no clock, chance, environment or file, takes no lock, says nothing`, () => {
		refuse(inLayers(layer), [...CLOCKS, ...CHANCE, ...SURROUNDINGS, ...FILES, ...LOCKS, ...SPEECH], layer);
	});
}

test('what decides is given the time', () => {
	refuse(inLayers('base', 'service', 'bus').filter((path) => !/^src\/base\/(when|log)\.[ch]$/.test(path)), CLOCKS, 'clocks');
	// The store's writer waits, so it may look at the clock that never goes back; times that
	// are stored come with the plans.
	refuse(inLayers('store'), CLOCKS.filter((word) => !['kith_when_steady_us', 'nanosleep'].includes(word)), 'clocks');
});

test('only service, net and server log', () => {
	refuse(sources.filter((path) => !['service', 'net', 'server'].includes(layerOf(path))
		&& !/^src\/base\/log\.[ch]$/.test(path)), ['kith_log'], 'the log');
});

test('only base/mem.c asks the heap', () => {
	refuse(sources.filter((path) => path !== 'src/base/mem.c'), ['malloc', 'calloc', 'realloc', 'reallocarray', 'free',
		'strdup', 'strndup', 'asprintf', 'vasprintf', 'posix_memalign', 'aligned_alloc', 'getline', 'open_memstream'], 'the heap');
});

test('nobody calls what cannot be told how much room there is', () => {
	refuse(sources.filter((path) => !isGenerated(path)), ['strcpy', 'stpcpy', 'strcat', 'sprintf', 'vsprintf', 'strtok',
		'strtok_r', 'atoi', 'atol', 'atoll', 'atof', 'gets', 'alloca', 'setjmp', 'longjmp'], 'unbounded functions');
});
