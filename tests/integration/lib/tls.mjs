// tls.mjs -- authorities and certificates, made with the openssl command.
//
// Small and short-lived, in a folder that goes with the test; a server's can be
// made anew in place, which is what a renewal does.
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newFolder } from './server.mjs';

function openssl(...args) {
	return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export class Authority {
	#serial = 100;

	constructor(name) {
		this.folder = newFolder();
		this.file = join(this.folder, 'authority.pem');
		this.key = join(this.folder, 'authority.key');
		openssl('req', '-x509', ...KEY, '-keyout', this.key, '-out', this.file, '-subj', `/CN=${name}`, '-days', '2');
	}

	get pem() {
		return readFileSync(this.file, 'utf8');
	}

	/*
	 * A certificate and its key: { cert, key } are files, named by NAME, replaced as a
	 * whole when they are there. names: what it is good for; days: until it ends.
	 */
	sign(name, { names = 'DNS:localhost,IP:127.0.0.1', days = 10 } = {}) {
		const path = (kind) => join(this.folder, `${name}.${kind}`);
		openssl('req', ...KEY, '-keyout', path('key.new'), '-out', path('request'), '-subj', `/CN=${name}`);
		writeFileSync(path('names'), `subjectAltName=${names}\n`);
		openssl('x509', '-req', '-in', path('request'), '-CA', this.file, '-CAkey', this.key, '-out', path('pem.new'),
			'-set_serial', String(++this.#serial), '-extfile', path('names'), '-days', String(days));
		for (const kind of ['key', 'pem']) renameSync(path(`${kind}.new`), path(kind));
		return { cert: path('pem'), key: path('key'), serial: this.#serial };
	}
}
