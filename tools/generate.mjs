// generate.mjs -- writes everything that follows from the contract.
//
//   node tools/generate.mjs           writes the *.gen.* files
//   node tools/generate.mjs --check   writes nothing; exit 1 and a list when one differs
//
// The contract (api/*.yaml) and err.def go in; C tables and functions, TypeScript
// types and reference pages come out. Also run as `make generate`.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readContract } from './contract.mjs';
import { emitClient } from './emit_client.mjs';
import { emitDocs } from './emit_docs.mjs';
import { emitServer } from './emit_server.mjs';
import { emitTypescript } from './emit_typescript.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDERS = ['src', 'include', 'sdk/ts/src', 'docs/reference'];

function generatedFiles(folder) {
	const path = join(root, folder);
	if (!existsSync(path)) return [];
	return readdirSync(path, { withFileTypes: true, recursive: true })
		.filter((entry) => entry.isFile() && /\.gen\.\w+$/.test(entry.name))
		.map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)));
}

function differences(files) {
	const wrong = [];
	for (const [path, text] of Object.entries(files)) {
		const whole = join(root, path);
		if (!existsSync(whole)) wrong.push(`${path}: missing`);
		else if (readFileSync(whole, 'utf8') !== text) wrong.push(`${path}: differs`);
	}
	for (const path of FOLDERS.flatMap(generatedFiles)) {
		if (!(path in files)) wrong.push(`${path}: nothing makes it`);
	}
	return wrong;
}

function main() {
	const contract = readContract(root);
	const files = { ...emitServer(contract), ...emitClient(contract), ...emitTypescript(contract),
		...emitDocs(contract) };
	const wrong = differences(files);
	if (process.argv.includes('--check')) {
		for (const line of wrong) console.error(line);
		if (wrong.length > 0) console.error('generated files are not current: run make generate');
		else console.log(`${Object.keys(files).length} generated files are current`);
		return wrong.length > 0 ? 1 : 0;
	}
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), text);
	}
	console.log(`${Object.keys(files).length} files, ${wrong.length} changed`);
	return 0;
}

process.exitCode = main();
