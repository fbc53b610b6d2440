/** Proof of work in place of a captcha: starts while the person types, in slices too short to be felt. See ADR 0121. */
import { sha256Words } from "./sha256";

export interface Challenge {
  algorithm: string;
  challenge: string;
  maxNumber: number;
  salt: string;
  signature: string;
}

const SLICE_MS = 12;
const PAUSE_MS = 4;

/** Searches the number and resolves to what the server takes; rejects when there is none. */
export async function solve(challenge: Challenge): Promise<string> {
  const first = parseInt(challenge.challenge.slice(0, 8), 16) >>> 0;
  const prefix = new TextEncoder().encode(challenge.salt);
  const bytes = new Uint8Array(prefix.length + 10);
  bytes.set(prefix);
  let number = 0;
  while (number <= challenge.maxNumber) {
    const end = performance.now() + SLICE_MS;
    while (performance.now() < end) {
      for (let i = 0; i < 200 && number <= challenge.maxNumber; i++, number++) {
        if (matches(bytes, prefix.length, number, first, challenge.challenge)) {
          return btoa(JSON.stringify({ ...challenge, number }));
        }
      }
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error("the challenge has no solution");
}

function matches(bytes: Uint8Array, start: number, number: number, first: number, wanted: string): boolean {
  const digits = String(number);
  for (let i = 0; i < digits.length; i++) {
    bytes[start + i] = digits.charCodeAt(i);
  }
  const words = sha256Words(bytes.subarray(0, start + digits.length));
  if (words[0] !== first) {
    return false;
  }
  return [...words].map((word) => word.toString(16).padStart(8, "0")).join("") === wanted;
}
