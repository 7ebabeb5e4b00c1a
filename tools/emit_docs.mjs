// emit_docs.mjs -- the contract as pages for readers: calls, the socket, errors.
function head(title, source) {
	return `<!-- Generated from ${source} by \`make generate\`; do not edit. -->\n\n# ${title}\n\n`;
}

function cell(text) {
	return String(text ?? '').replaceAll('|', '\\|').replace(/\s+/g, ' ').trim();
}

function json(value) {
	return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`\n`;
}

function anchor(name) {
	return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

const UNITS = { text: 'bytes of UTF-8', bytes: 'bytes, in base64', object: 'bytes without white space' };
const WORDS = { text: 'text', uuid: 'UUID', bytes: 'base64', time: 'time', integer: 'integer', boolean: 'boolean',
	object: 'any JSON object' };

function typeWords(value) {
	if (value.kind === 'list') return `list of ${typeWords(value.item)}${value.nullable ? ' or null' : ''}`;
	if (value.kind === 'struct') return `[${value.ref}](#${anchor(value.ref)})${value.nullable ? ' or null' : ''}`;
	if (value.kind === 'enum') return value.words.map((word) => `\`${word}\``).join(', ');
	if (value.kind === 'variant') {
		return [...new Set(Object.values(value.variants.of))].map((ref) => `[${ref}](#${anchor(ref)})`).join(' or ');
	}
	if (value.kind === 'const') return `\`${value.schema.const}\``;
	return `${WORDS[value.kind]}${value.nullable ? ' or null' : ''}`;
}

function limits(arg) {
	if (arg.kind === 'list') {
		const each = arg.item.kind === 'uuid' ? '' : ` of ${arg.min} to ${arg.max} bytes of UTF-8`;
		return `${arg.countMin} to ${arg.countMax}${each}`;
	}
	if (arg.kind === 'object') return `at most ${arg.max} ${UNITS.object}`;
	if (arg.min === undefined) return '';
	const top = arg.max === Number.MAX_SAFE_INTEGER ? '2⁵³ − 1' : arg.max;
	return `${arg.min} to ${top} ${UNITS[arg.kind] ?? ''}${arg.default === undefined ? '' : `, ${arg.default} if absent`}`;
}

function callSection(call) {
	const rows = call.args.map((arg) => `| \`${arg.name}\` | ${arg.place} | ${typeWords(arg)} | ${cell(limits(arg))} | ${
		arg.isRequired ? 'yes' : 'no'} | ${cell(arg.description)} |\n`).join('');
	const table = rows ? `| argument | in | type | limits | needed | meaning |\n|---|---|---|---|---|---|\n${rows}\n` : 'No arguments.\n\n';
	const status = call.isRepeatable ? `${call.status} (200 with \`Idempotent-Replayed: true\` when repeated)` : call.status;
	return `## ${call.name}

${call.summary} \`${call.method} ${call.path}\`; in C \`kith_${call.c}()\`.

${call.description}

${table}Answers ${status} with a [${call.result}](#${anchor(call.result)}). ${
	call.scopes.length > 0 ? `Scopes: ${call.scopes.join(', ')}.` : 'Needs no token.'}
Refuses with ${call.codes.map((code) => `[${code}](errors.gen.md#${code})`).join(', ')}.

${call.requestExample ? `Asked:\n\n${json(call.requestExample)}\n` : ''}Answered:

${json(call.answerExample)}`;
}

function structSection(struct) {
	return `### ${struct.name}

${struct.description}

| member | type | always there | meaning |
|---|---|---|---|
${struct.members.map((member) => `| \`${member.name}\` | ${typeWords(member)} | ${member.isRequired ? 'yes' : 'no'} | ${
		cell(member.description)} |\n`).join('')}`;
}

function calls(contract) {
	const list = contract.calls.map((call) => `| [${call.name}](#${anchor(call.name)}) | \`${call.method} ${call.path}\` | ${
		cell(call.summary)} |\n`).join('');
	return `${head('Calls', 'api/openapi.yaml')}Every call can be made over HTTP by its address, over the [socket](events.gen.md) by its name, and
in C by its function. A limit in bytes counts the value itself: the UTF-8 of a text, the decoded
bytes of base64.

| call | over HTTP | |
|---|---|---|
${list}
${contract.calls.map(callSection).join('\n')}
## Values

${contract.structs.filter((struct) => !struct.isInternal).map(structSection).join('\n')}`;
}

function frameSection(frame) {
	return `### ${frame.name}

${frame.summary}

| member | always there | meaning |
|---|---|---|
${frame.members.map((member) => `| \`${member.name}\` | ${member.isRequired ? 'yes' : 'no'} | ${cell(member.description)} |\n`).join('')}
${json(frame.example)}`;
}

function events(contract) {
	const side = (name) => contract.frames.filter((frame) => frame.side === name).map(frameSection).join('\n');
	return `${head('The socket', 'api/asyncapi.yaml')}\`GET /v1/socket\`, sub-protocol \`kith.v1\`; JSON objects in text messages of 256 KiB at most. The
first frame is \`hello\`, within 5 seconds.

## Events

| event | data |
|---|---|
${Object.entries(contract.events).map(([name, ref]) => `| \`${name}\` | [${ref}](calls.gen.md#${anchor(ref)}) |\n`).join('')}
${contract.eventWords}

## Frames of the client

${side('client')}
## Frames of the server

${side('server')}
## Close codes

| code | meaning |
|---|---|
${Object.entries(contract.closeCodes).map(([code, words]) => `| ${code} | ${cell(words)} |\n`).join('')}`;
}

function errors(contract) {
	return `${head('Errors', 'src/base/err.def')}Over HTTP a refusal is \`application/problem+json\` (RFC 9457), over the socket the same object in an
\`error\` frame. Compare \`code\`; more codes may come. A retryable one may work later, after
\`retryAfterMs\` when that is said.

| code | status | retryable | title |
|---|---|---|---|
${contract.errors.map((error) => `| <a id="${error.code}"></a>\`${error.code}\` | ${error.status} | ${error.retryable ? 'yes' : 'no'} | ${
		cell(error.sentence)} |\n`).join('')}`;
}

export function emitDocs(contract) {
	return {
		'docs/reference/calls.gen.md': calls(contract),
		'docs/reference/events.gen.md': events(contract),
		'docs/reference/errors.gen.md': errors(contract),
	};
}
