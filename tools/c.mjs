// c.mjs -- the small pieces of C that both emitters need: comments, tables, literals.
import { upper } from './contract.mjs';

export const WIDTH = 100;
export const TAB = 8;

export function columns(line) {
	let at = 0;
	for (const one of line) at = one === '\t' ? (Math.floor(at / TAB) + 1) * TAB : at + 1;
	return at;
}

function wrap(text, width) {
	const lines = [''];
	for (const word of text.trim().split(/\s+/)) {
		const line = lines.at(-1);
		if (line && line.length + 1 + word.length > width) lines.push(word);
		else lines[lines.length - 1] = line ? `${line} ${word}` : word;
	}
	return lines;
}

// A block comment of TEXT, or of several paragraphs, behind INDENT.
export function comment(paragraphs, indent = '') {
	const list = [paragraphs].flat().filter(Boolean).map((text) => text.replaceAll('*/', '* /'));
	const one = `${indent}/* ${list[0]} */`;
	if (list.length === 1 && columns(one) <= WIDTH) return `${one}\n`;
	const width = WIDTH - columns(indent) - 3;
	const lines = list.flatMap((text, i) => [...(i > 0 ? [''] : []), ...text.split('\n')
		.flatMap((part) => (part.startsWith('\t') ? [part.slice(1)] : wrap(part, width)))]);
	return `${indent}/*\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join('\n')}\n${indent} */\n`;
}

// The first comment of a generated file.
export function head(name, question, source, more = '') {
	return `/*\n * ${name} -- ${question}\n *\n * Generated from ${source} by \`make generate\`; do not edit.\n${
		more.split('\n').filter(Boolean).map((line) => ` * ${line}\n`).join('')} */\n`;
}

export function guard(name, body) {
	return `#ifndef ${name}\n#define ${name}\n\n${body}\n#endif\n`;
}

// A C string literal.
export function literal(text) {
	const escaped = text.replace(/[\\"]/g, '\\$&').replace(/\?/g, '\\?').replace(/\n/g, '\\n');
	return `"${escaped}"`;
}

// Initializers { A, B, … } over as few lines as fit.
export function braces(parts, indent) {
	const one = `${indent}{ ${parts.join(', ')} },`;
	if (columns(one) <= WIDTH) return `${one}\n`;
	const lines = [`${indent}{ ${parts[0]}`];
	for (const part of parts.slice(1)) {
		const longer = `${lines.at(-1)}, ${part}`;
		if (columns(longer) + 2 <= WIDTH) lines[lines.length - 1] = longer;
		else {
			lines[lines.length - 1] += ',';
			lines.push(`${indent}  ${part}`);
		}
	}
	return `${lines.join('\n')} },\n`;
}

export function words(name, list) {
	return `static const char *const ${name}[] = { ${[...list.map(literal), 'NULL'].join(', ')} };\n`;
}

export function constant(...parts) {
	return `KITH_${parts.map((part) => upper(part)).join('_')}`;
}
