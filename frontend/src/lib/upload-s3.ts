/** Sends a file straight to the bucket: the site signs an address for each part and joins the parts at the end. */
import { aborted, freshToken, SendError, type Transfer, troubleOf } from "./upload-transfer";

/** So many addresses are signed in one request; they hold for an hour. */
const SIGNED_AT_ONCE = 20;

interface State {
  id: string;
  part_size: number;
  part_count: number;
  parts: { number: number; size: number }[];
  file: string | null;
}

/** One attempt; sends only the parts that the bucket lacks when `transfer.address` is known. */
export async function sendByS3(transfer: Transfer): Promise<string> {
  const state = await begin(transfer);
  if (state.file) {
    return state.file;
  }
  const { address } = transfer;
  const lengthOf = (number: number): number =>
    Math.min(state.part_size, transfer.size - (number - 1) * state.part_size);
  const arrived = new Set(state.parts.filter((part) => part.size === lengthOf(part.number)).map((part) => part.number));
  const missing = Array.from({ length: state.part_count }, (_, index) => index + 1).filter((n) => !arrived.has(n));
  let sent = Array.from(arrived).reduce((sum, number) => sum + lengthOf(number), 0);
  transfer.onProgress(sent);
  for (let first = 0; first < missing.length; first += SIGNED_AT_ONCE) {
    const numbers = missing.slice(first, first + SIGNED_AT_ONCE);
    const { urls } = await ask<{ urls: Record<string, string> }>(transfer, "POST", `${address}sign/`, { parts: numbers });
    for (const number of numbers) {
      const start = (number - 1) * state.part_size;
      const part = transfer.file.slice(start, start + lengthOf(number));
      await put(urls[String(number)] ?? "", part, transfer.signal, (loaded) => transfer.onProgress(sent + loaded));
      sent += lengthOf(number);
      transfer.onAccepted(sent);
    }
  }
  return (await ask<{ file: string }>(transfer, "POST", `${address}complete/`, {})).file;
}

async function begin(transfer: Transfer): Promise<State> {
  if (transfer.address) {
    return ask<State>(transfer, "GET", transfer.address);
  }
  const { name, size, kind, organisation, edition, purpose } = transfer;
  const state = await ask<State>(transfer, "POST", transfer.endpoint, { name, size, kind, organisation, edition, purpose });
  transfer.address = `${transfer.endpoint}${state.id}/`;
  transfer.onAddress(transfer.address);
  // The same upload may be older than this page: ask what is there.
  return ask<State>(transfer, "GET", transfer.address);
}

async function ask<T>(transfer: Transfer, method: string, address: string, data?: object): Promise<T> {
  let answer: Response;
  let body: string;
  try {
    answer = await fetch(address, {
      method,
      headers: { "X-CSRFToken": freshToken(), "Content-Type": "application/json", Accept: "application/json" },
      body: data && JSON.stringify(data),
      credentials: "same-origin",
      signal: transfer.signal,
    });
    body = await answer.text();
  } catch (error) {
    throw transfer.signal.aborted ? aborted() : new SendError("network", String(error));
  }
  if (!answer.ok) {
    throw troubleOf(answer.status, body, transfer.address !== "", answer.headers.get("Retry-After"));
  }
  return JSON.parse(body) as T;
}

/** `fetch` tells no progress of what it sends, so this is the older interface. */
function put(address: string, part: Blob, signal: AbortSignal, onProgress: (loaded: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = (): void => request.abort();
    signal.addEventListener("abort", stop, { once: true });
    request.open("PUT", address);
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onload = () => {
      // The bucket's refusals are for nobody's eyes: an address that ran out is signed again by the next attempt.
      if (request.status >= 200 && request.status < 300) {
        resolve();
      } else {
        reject(new SendError(request.status === 404 ? "gone" : "network", `bucket: ${request.status}`));
      }
    };
    request.onerror = () => reject(new SendError("network"));
    request.onabort = () => reject(aborted());
    request.onloadend = () => signal.removeEventListener("abort", stop);
    request.send(part);
  });
}
