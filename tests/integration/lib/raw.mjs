// raw.mjs -- a connection whose bytes the test makes itself, good ones and bad ones.
//
// Writes what it is given, keeps what comes, and can stop reading. It has just
// enough of RFC 6455 to speak with the socket when it wants to.
import { connect } from 'node:net';
import { Growing, within } from './wait.mjs';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='; // RFC 6455 1.3
export const UPGRADE = `GET /v1/socket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
	+ `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Protocol: kith.v1\r\n\r\n`;

// A client's text frame, masked.
export function textFrame(text) {
	const payload = Buffer.from(text);
	const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);
	const head = payload.length < 126 ? Buffer.from([0x81, 0x80 | payload.length])
		: payload.length < 65536 ? Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 255])
			: null;
	if (!head) throw new Error('too long for a frame of the tests');
	return Buffer.concat([head, mask, payload.map((byte, i) => byte ^ mask[i % 4])]);
}

// The text frames of a server that are whole in BYTES, parsed; control frames are left out.
export function readFrames(bytes) {
	const frames = [];
	for (let at = 0; bytes.length - at >= 2;) {
		let length = bytes[at + 1] & 127;
		let start = at + 2;
		if (length === 126 && bytes.length >= start + 2) {
			length = bytes.readUInt16BE(start);
			start += 2;
		} else if (length === 127 && bytes.length >= start + 8) {
			length = Number(bytes.readBigUInt64BE(start));
			start += 8;
		}
		if (start + length > bytes.length) break;
		if ((bytes[at] & 15) === 1) frames.push(JSON.parse(bytes.subarray(start, start + length).toString('utf8')));
		at = start + length;
	}
	return frames;
}

export class Raw {
	parts = new Growing();

	constructor(socket) {
		this.socket = socket;
		socket.on('data', (part) => this.parts.add(part));
		socket.on('error', () => {}); // close follows
		this.closed = new Promise((done) => socket.on('close', done)).then(() => {
			this.parts.end(new Error(`the connection was closed after ${this.bytes.length} bytes`));
		});
	}

	static async open(server) {
		const socket = connect({ host: '127.0.0.1', port: server.port });
		const raw = new Raw(socket);
		await within(new Promise((done, fail) => {
			socket.on('connect', done);
			socket.on('error', fail);
		}), 'a connection');
		return raw;
	}

	// Upgrades and says hello; resolves with the welcome.
	async signIn(token, hello = {}) {
		this.write(UPGRADE);
		await this.until(() => this.#hasHead(), 'the answer to the upgrade');
		this.write(textFrame(JSON.stringify({ type: 'hello', token, ...hello })));
		return this.until(() => this.frames().find((frame) => frame.type === 'welcome'), 'welcome');
	}

	get bytes() {
		return Buffer.concat(this.parts.items);
	}

	get text() {
		return this.bytes.toString('latin1');
	}

	#hasHead() {
		return this.text.includes('\r\n\r\n');
	}

	// What came behind the upgrade's answer.
	frames() {
		const { bytes } = this;
		return readFrames(bytes.subarray(bytes.indexOf('\r\n\r\n') + 4));
	}

	write(data) {
		this.socket.write(data);
	}

	until(check, what) {
		return this.parts.until(() => check(), what);
	}

	// Gone at once: with a reset, or, when the server has ended it already, without one,
	// because Node never closes a socket that is reset while its own end is on the way.
	vanish() {
		if (this.socket.readyState === 'open') this.socket.resetAndDestroy();
		else this.socket.destroy();
		return within(this.closed, 'the end of a connection');
	}

	// Gone, with everything sent that was written.
	finish() {
		this.socket.destroySoon();
		return within(this.closed, 'the end of a connection');
	}
}
