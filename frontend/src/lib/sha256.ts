/**
 * SHA-256 in plain JavaScript. `crypto.subtle` is missing on pages without a secure context, e.g. a demo opened by a phone
 * over HTTP, and for many short texts its promises cost more than the hashing.
 */
const K = new Uint32Array(64);
const START = new Uint32Array(8);

/** The first 32 bits of the fractional parts of cube and square roots of the first primes, as the standard has them. */
function fillConstants(): void {
  let found = 0;
  for (let candidate = 2; found < 64; candidate++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= candidate; divisor++) {
      if (candidate % divisor === 0) {
        prime = false;
        break;
      }
    }
    if (prime) {
      K[found] = ((Math.cbrt(candidate) % 1) * 0x100000000) | 0;
      if (found < 8) {
        START[found] = ((Math.sqrt(candidate) % 1) * 0x100000000) | 0;
      }
      found++;
    }
  }
}
fillConstants();

const words = new Uint32Array(64);

/** The eight words of the hash of `bytes`. */
export function sha256Words(bytes: Uint8Array): Uint32Array {
  const length = bytes.length;
  const padded = new Uint8Array(((length + 8) >> 6) * 64 + 64);
  padded.set(bytes);
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
  view.setUint32(padded.length - 4, length << 3);
  const state = new Uint32Array(START);
  for (let offset = 0; offset < padded.length; offset += 64) {
    block(state, view, offset);
  }
  return state;
}

function block(state: Uint32Array, view: DataView, offset: number): void {
  for (let i = 0; i < 16; i++) {
    words[i] = view.getUint32(offset + i * 4);
  }
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15];
    const y = words[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + words[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}

const encoder = new TextEncoder();

/** The hash of a text as 64 hexadecimal digits. */
export function sha256(text: string): string {
  return [...sha256Words(encoder.encode(text))].map((word) => word.toString(16).padStart(8, "0")).join("");
}
