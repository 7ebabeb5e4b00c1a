// emit_server.mjs -- the server's side of the contract: the table of calls for the
// service, and the two documents as bytes for the door that serves them.
import { braces, columns, comment, constant, guard, head, literal, WIDTH, words } from './c.mjs';

const TYPES = { text: 'STRING', integer: 'INTEGER', boolean: 'BOOLEAN', uuid: 'UUID', enum: 'ENUM',
	bytes: 'BYTES', list: 'LIST', object: 'OBJECT' };

function header(contract) {
	const ids = contract.calls.map((call) => `\t${constant('CALL', call.name)},\n`).join('');
	const args = contract.calls.filter((call) => call.args.length > 0).map((call) => (
		`${comment(`Places of the arguments of ${call.name} in an array of struct kith_arg.`)}enum kith_${
			call.c}_arg {\n${call.args.map((arg) => `\t${constant(call.name, arg.name)},\n`).join('')}\t${
			constant(call.name, 'arg_count')},\n};\n`)).join('\n');
	const body = `#include <stdbool.h>
#include <stddef.h>

#include "base/args.h"
#include "domain/claims.h"

enum kith_call_id {
${ids}	KITH_CALL_COUNT,
};

/* One call: the same row whatever door it comes through. */
struct kith_call_row {
	const char *name;            /* its operationId, and on the socket its name      */
	enum kith_call_id id;
	const char *method;          /* of HTTP: "GET"                                   */
	const char *path;            /* "/v1/users/{user}": {} is one segment            */
	unsigned scopes;             /* bits of enum kith_scope that may make it; 0: no
	                                token is needed                                  */
	const char *feature;         /* the plan feature it needs, or NULL               */
	bool writes;                 /* it goes through the store's writer               */
	int status;                  /* of HTTP when it worked; a repeat answers 200     */
	const struct kith_arg_row *args;
	size_t arg_count;
};

/* In the order of enum kith_call_id. */
extern const struct kith_call_row kith_calls[KITH_CALL_COUNT];

${args}`;
	return head('calls.gen.h', 'which calls are there?', 'api/openapi.yaml',
		'One row per call: how it is reached, who may make it, what goes in. What a\ncall does is in the file of service/ that is named after its noun.')
		+ guard('KITH_SERVICE_CALLS_GEN_H', body);
}

function argRow(call, arg) {
	const limits = arg.min === undefined ? [] : [`.min = ${arg.min}`, `.max = ${big(arg.max)}`];
	return braces([`.name = ${literal(arg.name)}`, `.type = KITH_ARG_${TYPES[arg.kind]}`,
		`.place = KITH_ARG_IN_${arg.place.toUpperCase()}`,
		...(arg.isRequired ? ['.is_required = true'] : []), ...limits,
		...(arg.kind === 'list' ? [`.count_min = ${arg.countMin}`, `.count_max = ${arg.countMax}`] : []),
		...(arg.kind === 'enum' ? [`.words = ${call.c}_${arg.c}_words`] : [])], '\t');
}

function big(number) {
	return number > 2147483647 ? `INT64_C(${number})` : `${number}`;
}

function source(contract) {
	const tables = contract.calls.filter((call) => call.args.length > 0).map((call) => {
		const lists = call.args.filter((arg) => arg.kind === 'enum')
			.map((arg) => words(`${call.c}_${arg.c}_words`, arg.words)).join('');
		return `${lists}static const struct kith_arg_row ${call.c}_args[] = {\n${
			call.args.map((arg) => argRow(call, arg)).join('')}};\n_Static_assert(KITH_COUNT(${call.c}_args) == ${
			constant(call.name, 'arg_count')},
	"a row per argument");\n`;
	}).join('\n');
	const rows = contract.calls.map((call) => `\t[${constant('CALL', call.name)}] = {\n${[
		['name', literal(call.name)], ['id', constant('CALL', call.name)],
		['method', literal(call.method)], ['path', literal(call.path)],
		['scopes', call.scopes.map((scope) => constant('SCOPE', scope)).join(' | ') || '0'],
		...(call.feature ? [['feature', literal(call.feature)]] : []),
		...(call.writes ? [['writes', 'true']] : []), ['status', call.status],
		...(call.args.length > 0 ? [['args', `${call.c}_args`], ['arg_count', `KITH_COUNT(${call.c}_args)`]] : []),
	].map(([name, value]) => `\t\t.${name} = ${value},\n`).join('')}\t},\n`).join('');
	return `${head('calls.gen.c', 'the table of calls.', 'api/openapi.yaml')}#include "service/calls.gen.h"

${tables}
const struct kith_call_row kith_calls[KITH_CALL_COUNT] = {
${rows}};

_Static_assert(KITH_ARGS_MAX >= ${Math.max(...contract.calls.map((call) => call.args.length))}, "a call has more arguments than fit");
`;
}

// TEXT as C string literals of at most a line each; never cut within a character or escape.
function chunks(text) {
	const lines = [];
	let line = '';
	for (const one of text) {
		const piece = literal(one).slice(1, -1);
		if (columns(`\t"${line}${piece}"`) > WIDTH - 1) {
			lines.push(line);
			line = '';
		}
		line += piece;
	}
	return [...lines, line].map((part) => `\t"${part}"`).join('\n');
}

function contractHeader() {
	return head('contract.gen.h', 'the contract itself, as the server answers it.', 'the files in api/')
		+ guard('KITH_DOOR_CONTRACT_GEN_H', `#include "base/str.h"

/* The documents at /v1/openapi.json and /v1/asyncapi.json, whole, in JSON. */
extern const struct kith_str kith_contract_openapi;
extern const struct kith_str kith_contract_asyncapi;
`);
}

function contractSource(contract) {
	const one = (name, text) => `static const char ${name}[] =\n${chunks(text)};\n
const struct kith_str kith_contract_${name} = { .at = ${name}, .len = sizeof(${name}) - 1 };\n`;
	return `${head('contract.gen.c', 'two documents, minified.', 'the files in api/')}#include "door/contract.gen.h"

${one('openapi', contract.openapiJson)}
${one('asyncapi', contract.asyncapiJson)}`;
}

export function emitServer(contract) {
	return {
		'src/service/calls.gen.h': header(contract),
		'src/service/calls.gen.c': source(contract),
		'src/door/contract.gen.h': contractHeader(),
		'src/door/contract.gen.c': contractSource(contract),
	};
}
