// contract.mjs -- the contract as values that emitters can walk.
//
// Reads api/*.yaml and src/base/err.def once and checks what the linter cannot
// know: every call has scopes, every byte limit is said, every error code exists
// with that status. Writes nothing; generate.mjs calls it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const SHARED = './schemas.yaml#/';
const LOCAL = '#/components/';
const METHODS = ['get', 'put', 'post', 'patch', 'delete'];
const SCOPES = ['user', 'operator', 'bot', 'admin'];
const VALUES = ['text', 'bytes', 'integer', 'boolean', 'uuid', 'enum', 'list', 'object'];

class ContractError extends Error {}

function must(claim, text) {
	if (!claim) throw new ContractError(text);
}

export function snake(name) {
	return name.replace(/[.\-]/g, '_').replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

export function upper(name) {
	return snake(name).toUpperCase();
}

// The rows of err.def: [{ name, code, status, retryable, sentence }].
export function readErrors(text) {
	const row = /^KITH_ERROR\((\w+), "(\w+)", (\d+), ([01]), "([^"]*)"\)$/gm;
	const errors = [...text.matchAll(row)].map(([, name, code, status, retryable, sentence]) => (
		{ name, code, status: Number(status), retryable: retryable === '1', sentence }));
	const lines = text.split('\n').filter((line) => line.startsWith('KITH_ERROR('));
	must(errors.length > 0 && errors.length === lines.length, 'err.def: a row is not understood');
	return errors;
}

// What a schema means, flattened: references followed, null and allOf taken apart.
//   { kind, ref?, nullable, description, min, max, words?, item?, variants?, default?, schema }
// The kind object is one without properties of its own: any JSON object, kept as it is.
class Reader {
	constructor(openapi, schemas) {
		this.openapi = openapi;
		this.schemas = schemas;
	}

	follow(pointer) {
		if (pointer.startsWith(SHARED)) return { name: pointer.slice(SHARED.length), home: this.schemas };
		if (/^#\/[A-Za-z]+$/.test(pointer)) return { name: pointer.slice(2), home: this.schemas };
		must(pointer.startsWith(`${LOCAL}schemas/`), `unknown reference ${pointer}`);
		return { name: pointer.slice(`${LOCAL}schemas/`.length), home: this.openapi.components.schemas };
	}

	component(value) {
		if (!value?.$ref) return value;
		must(value.$ref.startsWith(LOCAL), `unknown reference ${value.$ref}`);
		const [group, name] = value.$ref.slice(LOCAL.length).split('/');
		const found = this.openapi.components[group]?.[name];
		must(found, `nothing at ${value.$ref}`);
		return found;
	}

	read(schema, where) {
		if (schema.$ref) {
			const { name, home } = this.follow(schema.$ref);
			must(home[name], `${where}: nothing named ${name}`);
			return this.named(name, home[name], where);
		}
		if (schema.allOf) {
			must(schema.allOf.length === 1, `${where}: allOf of one only`);
			const inner = this.read(schema.allOf[0], where);
			return { ...inner, description: schema.description ?? inner.description, outer: schema };
		}
		if (schema['x-kith-variants']) {
			return { kind: 'variant', nullable: false, description: schema.description,
				variants: schema['x-kith-variants'], schema };
		}
		if (schema.oneOf) {
			must(schema.oneOf.length === 2 && schema.oneOf[1].type === 'null', `${where}: oneOf with null only`);
			const inner = this.read(schema.oneOf[0], where);
			return { ...inner, nullable: true, description: schema.description ?? inner.description };
		}
		return this.plain(schema, where);
	}

	named(name, schema, where) {
		if (schema.type === 'object' && schema.properties) {
			return { kind: 'struct', ref: name, nullable: false, description: schema.description, schema };
		}
		const value = this.plain(schema, where);
		return value.kind === 'enum' ? { ...value, ref: name } : { ...value, alias: name };
	}

	plain(schema, where) {
		const types = [schema.type].flat();
		const type = types.find((one) => one !== 'null');
		const value = { nullable: types.includes('null'), description: schema.description, schema,
			default: schema.default };
		if (type === 'integer') {
			return { ...value, kind: 'integer', min: schema.minimum, max: schema.maximum };
		}
		if (type === 'boolean') return { ...value, kind: 'boolean' };
		if (type === 'array') {
			const item = this.read(schema.items, where);
			must(['struct', 'text', 'uuid'].includes(item.kind) && !item.nullable,
				`${where}: a list of what C has no list of`);
			return { ...value, kind: 'list', item, countMin: schema.minItems, countMax: schema.maxItems };
		}
		if (type === 'object') {
			must(!schema.properties, `${where}: an object with properties needs a name`);
			return { ...value, kind: 'object', min: 2, max: schema['x-kith-max-bytes'] };
		}
		must(type === 'string', `${where}: type ${type} is not understood`);
		if (schema.const) return { ...value, kind: 'const' };
		if (schema.enum) return { ...value, kind: 'enum', words: schema.enum };
		if (schema.format === 'uuid') return { ...value, kind: 'uuid' };
		if (schema.format === 'date-time') return { ...value, kind: 'time' };
		const limits = { min: schema['x-kith-min-bytes'], max: schema['x-kith-max-bytes'] };
		return { ...value, ...limits, kind: schema.contentEncoding === 'base64' ? 'bytes' : 'text' };
	}

	// The members of an object schema, in its order.
	members(schema, where) {
		const required = schema.required ?? [];
		for (const name of required) must(schema.properties[name], `${where}: requires an unknown ${name}`);
		return Object.entries(schema.properties).map(([name, property]) => ({
			name,
			c: property['x-kith-c'] ?? snake(name),
			isRequired: required.includes(name),
			isMadeByClient: property['x-kith-made-by-client'] === true,
			...this.read(property, `${where}.${name}`),
		}));
	}
}

// A list's min and max are those of each of its texts.
function listLimits(fields, where) {
	must(fields.item.kind !== 'struct', `${where}: ${fields.name} cannot be an argument`);
	const { min, max } = fields.item.kind === 'uuid' ? { min: 36, max: 36 } : fields.item;
	must(Number.isSafeInteger(min) && Number.isSafeInteger(max)
		&& Number.isSafeInteger(fields.countMax), `${where}: ${fields.name} has no limits`);
	return { min, max, countMin: fields.countMin ?? 0 };
}

function argument(fields, place, where) {
	if (['text', 'bytes', 'integer', 'object'].includes(fields.kind)) {
		must(Number.isSafeInteger(fields.min) && Number.isSafeInteger(fields.max),
			`${where}: ${fields.name} has no limits`);
	}
	must(VALUES.includes(fields.kind), `${where}: ${fields.name} cannot be an argument`);
	if (['list', 'object'].includes(fields.kind)) {
		must(place === 'body', `${where}: ${fields.name} fits into a body only`);
	}
	return { ...fields, ...(fields.kind === 'list' ? listLimits(fields, where) : {}), place };
}

function readArguments(reader, operation, path, where) {
	const args = [];
	for (const given of operation.parameters ?? []) {
		const parameter = reader.component(given);
		must(['path', 'query'].includes(parameter.in), `${where}: a parameter in ${parameter.in}`);
		const read = reader.read(parameter.schema, `${where}.${parameter.name}`);
		args.push(argument({ ...read, name: parameter.name, c: snake(parameter.name),
			isRequired: parameter.required === true, description: parameter.description,
			isMadeByClient: false }, parameter.in, where));
	}
	const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
	const named = args.filter((arg) => arg.place === 'path').map((arg) => arg.name);
	must(inPath.join() === named.join(), `${where}: the path and its parameters differ`);
	const body = operation.requestBody?.content['application/json'].schema;
	if (body) {
		const object = body.$ref ? reader.read(body, where).schema : body;
		for (const member of reader.members(object, where)) args.push(argument(member, 'body', where));
	}
	const names = args.map((arg) => arg.name);
	must(new Set(names).size === names.length, `${where}: an argument has two places`);
	must(args.length <= 16, `${where}: more than 16 arguments`);
	return args;
}

function readCodes(reader, operation, errors, where) {
	const codes = [];
	for (const [status, given] of Object.entries(operation.responses)) {
		if (Number(status) < 400) continue;
		const response = reader.component(given);
		must(response['x-kith-codes']?.length > 0, `${where}: ${status} names no codes`);
		for (const code of response['x-kith-codes']) {
			const row = errors.find((error) => error.code === code);
			must(row, `${where}: err.def has no ${code}`);
			must(row.status === Number(status), `${where}: ${code} is ${row.status}, not ${status}`);
			codes.push(code);
		}
	}
	return codes;
}

function readCall(reader, path, method, operation, errors) {
	const where = operation.operationId;
	const good = Object.entries(operation.responses).filter(([status]) => Number(status) < 400);
	const status = operation['x-kith-repeatable'] ? 201 : 200;
	const answer = reader.component(operation.responses[status]);
	must(answer, `${where}: no ${status}`);
	must(good.length === (operation['x-kith-repeatable'] ? 2 : 1), `${where}: too many good answers`);
	const scopes = operation['x-kith-scopes'];
	must(scopes?.every((scope) => SCOPES.includes(scope)), `${where}: scopes`);
	must(typeof operation['x-kith-writes'] === 'boolean', `${where}: x-kith-writes`);
	must(answer.content['application/json'].example, `${where}: no example`);
	must(!operation.requestBody || operation.requestBody.content['application/json'].example,
		`${where}: no example of its body`);
	const result = reader.read(answer.content['application/json'].schema, where);
	must(result.kind === 'struct', `${where}: the result is no object`);
	return {
		name: where, c: snake(where), method: method.toUpperCase(), path, status, scopes,
		feature: operation['x-kith-feature'] ?? null,
		writes: operation['x-kith-writes'],
		isRepeatable: operation['x-kith-repeatable'] === true,
		summary: operation.summary, description: operation.description,
		args: readArguments(reader, operation, path, where),
		result: result.ref,
		codes: readCodes(reader, operation, errors, where),
		requestExample: operation.requestBody?.content['application/json'].example,
		answerExample: answer.content['application/json'].example,
	};
}

// Copies VALUE with every reference to schemas.yaml turned into one within the document.
function relocate(value, used) {
	if (Array.isArray(value)) return value.map((one) => relocate(one, used));
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([key, inner]) => {
		const name = key === '$ref' && (inner.startsWith(SHARED) ? inner.slice(SHARED.length)
			: /^#\/[A-Z][A-Za-z]*$/.test(inner) ? inner.slice(2) : null);
		if (!name) return [key, relocate(inner, used)];
		used.add(name);
		return [key, `${LOCAL}schemas/${name}`];
	}));
}

// One document that needs no other: DOCUMENT with the schemas it uses, as minified JSON.
function bundle(document, schemas) {
	const used = new Set();
	const whole = relocate(document, used);
	const added = {};
	for (const name of used) added[name] = relocate(schemas[name], used); // a Set grows while walked
	whole.components.schemas = { ...whole.components.schemas, ...added };
	return JSON.stringify(whole);
}

// Frames of the socket: [{ name, summary, side, members, example }].
function readFrames(reader, asyncapi) {
	return Object.entries(asyncapi.components.messages).map(([name, message]) => {
		const [, side, summary] = /^(Client|Server)\. (.*)$/s.exec(message.summary) ?? [];
		must(side, `frame ${name}: whose is it?`);
		const parts = message.payload.allOf ?? [message.payload];
		const members = parts.flatMap((part) => {
			const schema = part.$ref ? reader.read(part, name).schema : part;
			return Object.entries(schema.properties).map(([member, property]) => ({ name: member,
				isRequired: (schema.required ?? []).includes(member),
				description: frameWords(reader, property) }));
		});
		must(message.examples?.length > 0, `frame ${name}: no example`);
		return { name, side: side.toLowerCase(), summary, members, example: message.examples[0].payload };
	});
}

function frameWords(reader, property) {
	if (property.const) return `"${property.const}"`;
	if (property.description) return property.description;
	if (property.$ref) return `A ${reader.follow(property.$ref).name}.`;
	return property.type ? `An ${property.type}.` : '';
}

export function readContract(root) {
	const text = (path) => readFileSync(join(root, path), 'utf8');
	const openapi = parse(text('api/openapi.yaml'));
	const asyncapi = parse(text('api/asyncapi.yaml'));
	const schemas = parse(text('api/schemas.yaml'));
	const errors = readErrors(text('src/base/err.def'));
	const reader = new Reader(openapi, schemas);

	const calls = [];
	for (const [path, item] of Object.entries(openapi.paths)) {
		for (const method of METHODS) {
			if (!item[method] || item[method]['x-kith-not-a-call']) continue;
			calls.push(readCall(reader, path, method, item[method], errors));
		}
	}
	must(calls.length > 0, 'no calls');
	must(new Set(calls.map((call) => call.name)).size === calls.length, 'two calls of one name');

	const structs = Object.entries(schemas)
		.filter(([, schema]) => schema.type === 'object' && schema.properties)
		.map(([name, schema]) => ({ name, c: snake(name), isInternal: schema['x-kith-internal'] === true,
			description: schema.description, members: reader.members(schema, name) }));
	const enums = Object.entries(schemas).filter(([, schema]) => schema.enum)
		.map(([name, schema]) => ({ name, c: snake(name), words: schema.enum,
			description: schema.description }));
	const event = structs.find((struct) => struct.name === 'Event');
	const events = event.members.find((member) => member.kind === 'variant').variants.of;
	must(schemas.EventName.enum.join() === Object.keys(events).join(), 'EventName and Event differ');

	return { calls, structs, enums, errors, events, eventWords: schemas.EventName.description,
		frames: readFrames(reader, asyncapi),
		closeCodes: asyncapi.channels.socket['x-kith-close-codes'],
		openapiJson: bundle(openapi, schemas), asyncapiJson: bundle(asyncapi, schemas) };
}
