// emit_typescript.mjs -- the contract as TypeScript types: values, calls, events, codes.
const HEAD = `// contract.gen.ts -- the contract as types: values, calls, events, error codes.
//
// Generated from api/ and src/base/err.def by \`make generate\`; do not edit.
`;

function note(text, indent = '') {
	return text ? `${indent}/** ${text.replaceAll('*/', '* /')} */\n` : '';
}

function type(value) {
	const plain = {
		text: 'string', uuid: 'string', bytes: 'string', time: 'string', integer: 'number',
		boolean: 'boolean', struct: value.ref, enum: value.ref,
		const: JSON.stringify(value.schema?.const), object: 'Record<string, unknown>',
		list: value.item && `${type(value.item)}[]`,
	}[value.kind];
	if (value.kind === 'variant') return 'unknown';
	return value.nullable ? `${plain} | null` : plain;
}

function member(one, indent) {
	return `${note(one.description, indent)}${indent}${one.name}${one.isRequired ? '' : '?'}: ${type(one)};\n`;
}

function struct(one) {
	const variant = one.members.find((each) => each.kind === 'variant');
	if (variant) return union(one, variant);
	return `${note(one.description)}export interface ${one.name} {\n${
		one.members.map((each) => member(each, '\t')).join('')}}\n`;
}

// A struct with a variant is a union over the words of its deciding member.
function union(one, variant) {
	const by = one.members.find((each) => each.name === variant.variants.by);
	const rest = one.members.filter((each) => each !== variant && each !== by);
	return `${note(one.description)}export type ${one.name} = { [Name in keyof Events]: {\n${
		note(by.description, '\t')}\t${by.name}: Name;\n${rest.map((each) => member(each, '\t')).join('')}${
		note(variant.description, '\t')}\t${variant.name}: Events[Name];\n} }[keyof Events];\n`;
}

function call(one) {
	const args = one.args.length === 0 ? 'Record<string, never>'
		: `{\n${one.args.map((arg) => member(arg, '\t\t\t')).join('')}\t\t}`;
	return `${note(one.description, '\t')}\t'${one.name}': {\n\t\targs: ${args};\n\t\tresult: ${one.result};\n\t};\n`;
}

function routes(contract) {
	return contract.calls.map((one) => `\t'${one.name}': { method: '${one.method}', path: '${one.path}', query: [${
		one.args.filter((arg) => arg.place === 'query').map((arg) => `'${arg.name}'`).join(', ')}] },\n`).join('');
}

export function emitTypescript(contract) {
	return { 'sdk/ts/src/gen/contract.gen.ts': `${HEAD}
${contract.enums.map((one) => `${note(one.description)}export type ${one.name} = ${
		one.words.map((word) => `'${word}'`).join(' | ')};\n`).join('\n')}
${note('What each event has as its data.')}export interface Events {
${Object.entries(contract.events).map(([name, ref]) => `\t'${name}': ${ref};\n`).join('')}}

${contract.structs.map(struct).join('\n')}
${note('Every code with which the server refuses.')}export type ErrorCode =
${contract.errors.map((error) => `\t| '${error.code}'`).join('\n')};

${note('Every call: what goes in, what comes out.')}export interface Calls {
${contract.calls.map(call).join('')}}

${note('Where each call is over HTTP; arguments that are in neither path nor query are the body.')}export const ROUTES: {
	readonly [Name in keyof Calls]: { readonly method: string; readonly path: string; readonly query: readonly string[] };
} = {
${routes(contract)}};
` };
}
