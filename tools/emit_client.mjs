// emit_client.mjs -- libkith's side of the contract: the public structs and typed
// functions, and behind them the tables by which arguments are written and
// answers are read.
import { braces, columns, comment, constant, guard, head, literal, WIDTH, words } from './c.mjs';
import { snake } from './contract.mjs';

const FIELDS = { text: 'struct kith_text', uuid: 'struct kith_text', bytes: 'struct kith_bytes',
	integer: 'int64_t', boolean: 'bool', time: 'int64_t', object: 'struct kith_text' };
const NOTES = { time: 'Microseconds since 1970 UTC.', object: 'A JSON object, as text.' };
// How a field says that its member is absent; an integer that may be 0 has a bool beside it.
const ABSENT = { text: 'at is NULL', uuid: 'at is NULL', bytes: 'at is NULL', object: 'at is NULL',
	list: 'it is NULL', struct: 'it is NULL', time: 'it is 0', integer: 'it is 0' };

const hidden = new Set(['Problem']); // kith/types.h has it, with client/decode.h

function structName(name) {
	return `kith_api_${snake(name)}`;
}

function enumName(name) {
	return `enum kith_api_${snake(name)}`;
}

function fieldName(member) {
	return member.kind === 'time' ? `${member.c}_us` : member.c;
}

// One field with its comment: behind it when that fits, else over it.
function field(type, name, note) {
	const line = `\t${type}${type.endsWith('*') ? '' : ' '}${name};`;
	const short = `${line} /* ${note} */`;
	if (!note) return `${line}\n`;
	return columns(short) <= WIDTH && !note.includes('\n') ? `${short}\n`
		: `${comment(note, '\t')}${line}\n`;
}

// A member that may be absent where 0 could be its value, or where null is not false.
function needsFlag(member) {
	if (member.kind === 'boolean') return member.nullable;
	return (!member.isRequired || member.nullable) && member.kind === 'integer' && !(member.min > 0);
}

// An argument that may be left out and whose 0 or false says something.
function argNeedsFlag(arg) {
	if (arg.isRequired) return false;
	return arg.kind === 'boolean' ? arg.default !== false
		: arg.kind === 'integer' && arg.default === undefined && arg.min <= 0;
}

// A struct within a struct, not behind a pointer.
function isValue(member) {
	return member.kind === 'struct' && member.isRequired && !member.nullable;
}

function optional(member, note) {
	const absent = !member.isRequired || member.nullable;
	const said = /\bnull\b/.test(note ?? '') || !ABSENT[member.kind] || needsFlag(member);
	const none = absent && !said ? `Absent when ${ABSENT[member.kind]}.` : null;
	const word = member.kind === 'struct' ? 'NULL' : 'none';
	return [note?.replace(/\bnull\b/g, word), NOTES[member.kind], none].filter(Boolean).join(' ');
}

function itemType(item) {
	return item.kind === 'struct' ? `struct ${structName(item.ref)}` : FIELDS[item.kind];
}

function listFields(member, note) {
	return field(`const ${itemType(member.item)} *`, member.c, note)
		+ field('size_t', `${member.c}_count`, `How many ${member.c} there are.`);
}

// The schemas of a variant, each once, with the words that choose it.
function variantFields(member) {
	const words = new Map();
	for (const [word, ref] of Object.entries(member.variants.of)) {
		words.set(ref, [...(words.get(ref) ?? []), word]);
	}
	return [...words].map(([ref, list]) => field(`const struct ${structName(ref)} *`, snake(ref),
		`With ${list.join(', ').replace(/, ([^,]*)$/, ' or $1')}, else NULL.`)).join('');
}

function memberFields(member) {
	if (member.kind === 'const') return '';
	const note = optional(member, member.description);
	if (member.kind === 'enum') return field(enumName(member.ref), member.c, note);
	if (member.kind === 'list') return listFields(member, note);
	if (member.kind === 'variant') return variantFields(member);
	if (member.kind === 'struct') {
		return isValue(member) ? field(`struct ${structName(member.ref)}`, member.c, note)
			: field(`const struct ${structName(member.ref)} *`, member.c, note);
	}
	const flag = needsFlag(member) ? field('bool', `has_${member.c}`, `Whether ${member.c} is there.`) : '';
	return field(FIELDS[member.kind], fieldName(member), note) + flag;
}

function publicEnum(one) {
	const name = `api_${one.c}`;
	return `${comment(`${one.description} UNKNOWN is a word of a newer server.`)}enum kith_${name} {\n\t${
		constant(name, 'unknown')},\n${one.words.map((word) => `\t${constant(name, word)},\n`).join('')}};\n`;
}

// STRUCTS so that one which another holds as a value comes before it.
function inOrder(structs) {
	const out = new Set();
	const add = (one) => {
		for (const member of one.members.filter((each) => isValue(each))) {
			add(structs.find((each) => each.name === member.ref));
		}
		out.add(one);
	};
	structs.forEach(add);
	return [...out];
}

function publicStruct(one) {
	return `${comment(one.description)}struct ${structName(one.name)} {\n${
		one.members.map(memberFields).join('') || field('char', 'unused', 'It says nothing.')}};\n`;
}

function argField(arg) {
	const note = arg.isMadeByClient
		? `${arg.description.replace(/ The server makes [^.]*\.$/, '')} The library makes one when at is NULL.`
		: optional(arg, arg.description);
	if (arg.kind === 'enum') return field(enumName(arg.ref), arg.c, note);
	if (arg.kind === 'list') return listFields(arg, note);
	if (argNeedsFlag(arg)) {
		return field(FIELDS[arg.kind], arg.c, note) + field('bool', `has_${arg.c}`, `Whether ${arg.c} is given.`);
	}
	const zero = arg.kind === 'integer' && !arg.isRequired
		? `${note} ${arg.min}..${arg.max}${arg.default === undefined ? '' : `, ${arg.default} when it is 0`}.` : null;
	return field(FIELDS[arg.kind], fieldName(arg), zero ?? note);
}

function publicCall(call) {
	const repeated = call.isRepeatable ? ', bool is_repeated' : '';
	const callback = `typedef void kith_${call.c}_fn(void *context, const struct kith_problem *problem,
	const struct ${structName(call.result)} *result${repeated});\n`;
	const args = call.args.length === 0 ? '' : `struct kith_${call.c}_args {\n${call.args.map(argField).join('')}};\n\n`;
	const codes = `The server refuses with ${call.codes.join(', ')}.`;
	const words = call.isRepeatable
		? ' is_repeated: it was stored before, and RESULT is what was stored then.' : '';
	return `${args}${callback}\n${comment([call.description,
		`RESULT is NULL exactly when PROBLEM is not; both are valid until DONE returns.${words} ${codes}`])
	}KITH_API int kith_${call.c}(struct kith_client *client,${call.args.length > 0
		? `\n\tconst struct kith_${call.c}_args *args,` : ''}\n\tkith_${call.c}_fn *done, void *context);\n`;
}

function publicHeader(contract) {
	const structs = inOrder(contract.structs.filter((one) => !one.isInternal && !hidden.has(one.name)));
	return head('calls.gen.h', 'every call of Kith as a C function.', 'api/openapi.yaml',
		`A call takes its arguments, which it has copied when it returns, and answers at
once with an enum kith_status; with KITH_STATUS_OK its callback is called once,
in the client's run loop or on its thread. DONE may be NULL. The structs of an
answer belong to the library and are valid until the callback returns.`)
		+ guard('KITH_CALLS_GEN_H', `#include "kith/types.h"

#ifdef __cplusplus
extern "C" {
#endif

struct kith_client;

${contract.enums.map(publicEnum).join('\n')}
${structs.map(publicStruct).join('\n')}
${contract.calls.map(publicCall).join('\n')}
#ifdef __cplusplus
}
#endif
`);
}

function innerHeader(contract) {
	const tables = contract.structs.filter((one) => !hidden.has(one.name));
	const internal = tables.filter((one) => one.isInternal);
	return head('calls.gen.h', 'the rows behind the typed functions.', 'the files in api/',
		'Decode tables by schema, the structs that only the library itself uses, and\nthe table of calls.')
		+ guard('KITH_CLIENT_CALLS_GEN_H', `#include "client/invoke.h"
#include "kith/calls.gen.h"

enum kith_client_call_id {
${contract.calls.map((call) => `\t${constant('CLIENT_CALL', call.name)},\n`).join('')}	KITH_CLIENT_CALL_COUNT,
};

extern const struct kith_client_call kith_client_calls[KITH_CLIENT_CALL_COUNT];

${internal.map(publicStruct).join('\n')}
${tables.map((one) => `extern const struct kith_decode_table kith_decode_${one.c};\n`).join('')}`);
}

function decodeRow(struct, member) {
	const of = (name) => `offsetof(struct ${structName(struct.name)}, ${name})`;
	const table = (ref) => `.table = &kith_decode_${snake(ref)}`;
	const parts = [`.name = ${literal(member.name)}`];
	const type = (name) => parts.push(`.type = KITH_DECODE_${name}`);
	if (member.kind === 'struct') type(isValue(member) ? 'STRUCT' : 'POINTER');
	else if (member.kind === 'list') type(member.item.kind === 'struct' ? 'LIST' : 'TEXTS');
	else type({ text: 'TEXT', uuid: 'TEXT', bytes: 'BYTES', time: 'TIME', enum: 'WORD', integer: 'INTEGER',
		boolean: 'BOOL', object: 'OBJECT', variant: 'VARIANT' }[member.kind]);
	if (member.isRequired) parts.push('.is_required = true');
	if (member.nullable) parts.push('.may_be_null = true');
	if (member.kind === 'variant') {
		parts.push(`.by = ${literal(member.variants.by)}`, `.variants = ${struct.c}_variants`);
		return braces(parts, '\t');
	}
	parts.push(`.offset = ${of(fieldName(member))}`);
	if (needsFlag(member)) parts.push(`.has_offset = ${of(`has_${member.c}`)}`);
	if (member.kind === 'list') {
		parts.push(`.count_offset = ${of(`${member.c}_count`)}`);
		if (member.item.kind === 'struct') parts.push(table(member.item.ref));
	}
	if (member.kind === 'struct') parts.push(table(member.ref));
	if (member.kind === 'enum') parts.push(`.words = ${snake(member.ref)}_words`);
	return braces(parts, '\t');
}

function decodeTable(struct) {
	const members = struct.members.filter((member) => member.kind !== 'const');
	const variant = members.find((member) => member.kind === 'variant');
	const variants = variant ? `static const struct kith_decode_variant ${struct.c}_variants[] = {\n${
		Object.entries(variant.variants.of).map(([word, ref]) => braces([`.word = ${literal(word)}`,
			`.offset = offsetof(struct ${structName(struct.name)}, ${snake(ref)})`,
			`.table = &kith_decode_${snake(ref)}`], '\t')).join('')}\t{ .word = NULL },\n};\n\n` : '';
	if (members.length === 0) {
		return `const struct kith_decode_table kith_decode_${struct.c} = {
	.name = ${literal(struct.name)},
	.size = sizeof(struct ${structName(struct.name)}),
};\n`;
	}
	return `${variants}static const struct kith_decode_row ${struct.c}_rows[] = {\n${
		members.map((member) => decodeRow(struct, member)).join('')}};

const struct kith_decode_table kith_decode_${struct.c} = {
	.name = ${literal(struct.name)},
	.size = sizeof(struct ${structName(struct.name)}),
	.rows = ${struct.c}_rows,
	.row_count = KITH_COUNT(${struct.c}_rows),
};\n`;
}

function encodeRows(call) {
	if (call.args.length === 0) return '';
	const types = { text: 'TEXT', uuid: 'TEXT', bytes: 'BYTES', integer: 'INTEGER', boolean: 'BOOL', enum: 'WORD',
		list: 'TEXTS', object: 'OBJECT' };
	const of = (name) => `offsetof(struct kith_${call.c}_args, ${name})`;
	const rows = call.args.map((arg) => braces([`.name = ${literal(arg.name)}`,
		`.type = KITH_ENCODE_${types[arg.kind]}`, ...(arg.isRequired ? ['.is_required = true'] : []),
		...(arg.isMadeByClient ? ['.is_new_id = true'] : []),
		`.offset = ${of(fieldName(arg))}`,
		...(arg.kind === 'list' ? [`.count_offset = ${of(`${arg.c}_count`)}`] : []),
		...(argNeedsFlag(arg) ? [`.has_offset = ${of(`has_${arg.c}`)}`] : []),
		...(arg.kind === 'enum' ? [`.words = ${snake(arg.ref)}_words`] : [])], '\t'));
	return `static const struct kith_encode_row ${call.c}_args[] = {\n${rows.join('')}};\n\n`;
}

function deliver(call) {
	return `static void deliver_${call.c}(kith_done_fn *done, void *context,
	const struct kith_answer *answer)
{
	const struct ${structName(call.result)} *result = answer->result;
	((kith_${call.c}_fn *)done)(context, answer->problem, result${call.isRepeatable ? ', answer->is_repeated' : ''});
}\n`;
}

function callRow(call) {
	return `\t[${constant('CLIENT_CALL', call.name)}] = {\n${[['name', literal(call.name)],
		...(call.writes ? [['writes', 'true']] : []), ...(call.isRepeatable ? [['is_repeatable', 'true']] : []),
		...(call.args.length > 0 ? [['args', `${call.c}_args`], ['arg_count', `KITH_COUNT(${call.c}_args)`]] : []),
		['result', `&kith_decode_${snake(call.result)}`], ['deliver', `deliver_${call.c}`],
	].map(([name, value]) => `\t\t.${name} = ${value},\n`).join('')}\t},\n`;
}

function wrapper(call) {
	return `int kith_${call.c}(struct kith_client *client,${call.args.length > 0
		? `\n\tconst struct kith_${call.c}_args *args,` : ''}
	kith_${call.c}_fn *done, void *context)
{
	return kith_client_invoke(client, &kith_client_calls[${constant('CLIENT_CALL', call.name)}],
		${call.args.length > 0 ? 'args' : 'NULL'}, (kith_done_fn *)done, context);
}\n`;
}

function source(contract) {
	const structs = contract.structs.filter((one) => !hidden.has(one.name));
	const used = new Set([...structs.flatMap((one) => one.members), ...contract.calls.flatMap((call) => call.args)]
		.filter((member) => member.kind === 'enum').map((member) => member.ref));
	return `${head('calls.gen.c', 'tables and thin wrappers.', 'the files in api/')}#include "client/calls.gen.h"

#include "base/macros.h"

${contract.enums.filter((one) => used.has(one.name)).map((one) => `_Static_assert(sizeof(${enumName(one.name)}) == sizeof(int),
	"a word is written as an int");
${words(`${one.c}_words`, one.words)}`).join('')}
${structs.map(decodeTable).join('\n')}
${contract.calls.map((call) => encodeRows(call) + deliver(call)).join('\n')}
const struct kith_client_call kith_client_calls[KITH_CLIENT_CALL_COUNT] = {
${contract.calls.map(callRow).join('')}};

const struct kith_client_call *kith_client_call_find(struct kith_str name)
{
	for (size_t i = 0; i < KITH_CLIENT_CALL_COUNT; i++) {
		if (kith_str_is(name, kith_client_calls[i].name)) {
			return &kith_client_calls[i];
		}
	}
	return NULL;
}

${contract.calls.map(wrapper).join('\n')}`;
}

export function emitClient(contract) {
	return {
		'include/kith/calls.gen.h': publicHeader(contract),
		'src/client/calls.gen.h': innerHeader(contract),
		'src/client/calls.gen.c': source(contract),
	};
}
