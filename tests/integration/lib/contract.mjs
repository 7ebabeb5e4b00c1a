// contract.mjs -- every call that a server says it has, made by its name and arguments.
//
// Reads the contract that the server serves, so that no call is forgotten. A call is
// made over HTTP by its address; its answer is given as it came, byte for byte.
import { Agent, request as httpRequest } from 'node:http';
import { get } from './api.mjs';
import { within } from './wait.mjs';

const agent = new Agent({ keepAlive: true, maxSockets: 4 });
const METHODS = ['get', 'put', 'post', 'delete', 'patch'];
const CHANGING = new Set(['date']); // headers that differ from answer to answer

// The calls by name: { method, path, inPath, inQuery, hasBody, scopes }.
export async function readContract(server) {
	const { paths, components } = await get(server, null, '/v1/openapi.json');
	const calls = {};
	const look = (one) => (one.$ref ? components.parameters[one.$ref.split('/').at(-1)] : one);
	for (const [path, methods] of Object.entries(paths)) {
		for (const method of METHODS.filter((name) => methods[name])) {
			const operation = methods[method];
			if (operation['x-kith-not-a-call']) continue;
			const parameters = (operation.parameters ?? []).map(look);
			const named = (where) => parameters.filter((one) => one.in === where).map(({ name }) => name);
			calls[operation.operationId] = { method: method.toUpperCase(), path, inPath: named('path'),
				inQuery: named('query'),
				hasBody: operation.requestBody !== undefined, scopes: operation['x-kith-scopes'] };
		}
	}
	return calls;
}

// One call over HTTP: { status, headers, body }, headers as lines and body as text.
export function callOver(server, token, { method, path, inPath, inQuery, hasBody }, args) {
	const url = inPath.reduce((sofar, name) => sofar.replace(`{${name}}`, encodeURIComponent(args[name])), path);
	const rest = Object.entries(args).filter(([name]) => !inPath.includes(name));
	const query = new URLSearchParams(rest.filter(([name]) => inQuery.includes(name)));
	const text = hasBody ? JSON.stringify(Object.fromEntries(rest.filter(([name]) => !inQuery.includes(name)))) : '';
	const answered = new Promise((done, fail) => {
		const sent = httpRequest(`${server.url}${url}${query.size > 0 ? `?${query}` : ''}`, { method, agent, headers: {
			'x-request-id': 'the-same', ...(token === null ? {} : { authorization: `Bearer ${token}` }),
			...(hasBody ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}) } }, (answer) => {
			const parts = [];
			answer.on('data', (part) => parts.push(part));
			answer.on('end', () => done({ status: answer.statusCode, headers: headersOf(answer), body: Buffer.concat(parts).toString() }));
		});
		sent.on('error', fail);
		sent.end(text);
	});
	return within(answered, `an answer to ${method} ${url}`);
}

function headersOf({ rawHeaders }) {
	const lines = [];
	for (let i = 0; i < rawHeaders.length; i += 2) {
		if (!CHANGING.has(rawHeaders[i].toLowerCase())) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
	}
	return lines;
}
