/** What both protocols share: one attempt to send one file, and what can go wrong with it. */
import { csrfToken } from "./csrf";
import { t } from "./i18n";
import type { FileKind, Purpose } from "./uploader-types";

/** One attempt. It ends with the stored file's id, or with a `SendError`. */
export type Send = (transfer: Transfer) => Promise<string>;

export interface Transfer {
  file: Blob;
  name: string;
  size: number;
  kind: FileKind;
  organisation: number;
  edition: number;
  purpose: Purpose;
  endpoint: string;
  chunkBytes: number;
  /** Where the upload goes on; "" when it has not begun. */
  address: string;
  /** Ends the attempt; what the server has stays there. */
  signal: AbortSignal;
  onAddress: (address: string) => void;
  /** Bytes sent, arrived or not. */
  onProgress: (sent: number) => void;
  /** Bytes that the server has confirmed. */
  onAccepted: (sent: number) => void;
}

export type Trouble =
  | "network" // try again after a while
  | "busy" // somebody writes to it at this moment: try again soon
  | "gone" // the server does not know it (any more): begin again
  | "signed-out"
  | "refused"; // for good, with a sentence for the person

export class SendError extends Error {
  constructor(
    readonly trouble: Trouble,
    message = "",
    /** Seconds to wait at least. */
    readonly wait = 0,
  ) {
    super(message);
    this.name = "SendError";
  }
}

interface Refusal {
  ok: false;
  code: string;
  message: string;
}

function asRefusal(body: string): Refusal | null {
  try {
    const data = JSON.parse(body) as Refusal | null;
    return data && data.ok === false && typeof data.message === "string" ? data : null;
  } catch {
    return null;
  }
}

const BEGIN_AGAIN = new Set(["upload_over", "upload_gone", "size_differs"]);
const TRY_AGAIN = new Set(["busy", "incomplete", "checksum_mismatch"]);

/**
 * What an answer that is no success means. `begun` is whether it was about an upload that the server had confirmed
 * before; `retryAfter` is the header of that name.
 */
export function troubleOf(status: number, body: string, begun: boolean, retryAfter: string | null = null): SendError {
  const refusal = asRefusal(body);
  const message = refusal?.message ?? "";
  const wait = Math.min(120, Number(retryAfter) || 0);
  if (status === 401 || (status === 403 && !refusal)) {
    // 403 without a sentence of ours is an outdated CSRF token: the session changed under this page.
    return new SendError("signed-out", message || t("登录已过期。请重新登录，已选的文件会接着传。", "You are signed out. Sign in again; the upload goes on."));
  }
  if (begun && (status === 404 || status === 410 || (refusal && BEGIN_AGAIN.has(refusal.code)))) {
    return new SendError("gone", message);
  }
  if (status === 423 || (refusal && TRY_AGAIN.has(refusal.code))) {
    return new SendError("busy", message, wait || 2);
  }
  if (status === 429 && wait > 0) {
    return new SendError("network", message, wait);
  }
  const isPassing = status === 0 || status === 408 || status === 409 || status === 425 || status === 460 || status >= 500;
  if (isPassing && !(refusal && (status === 409 || status === 507))) {
    return new SendError("network", message, wait);
  }
  const unknown = t(`服务器没有接收这个文件（${status}）。请刷新页面后再试。`, `The server did not take the file (${status}). Reload the page and try again.`);
  return new SendError("refused", message || unknown);
}

/** No byte for so long: the connection is dead, whatever the browser believes. */
const SILENCE_MS = 60_000;

/**
 * One attempt that also ends when nothing moves for a minute. It rejects with an AbortError when `signal` says so, and
 * with a network error when it was the silence.
 */
export async function watched(send: Send, signal: AbortSignal, transfer: Omit<Transfer, "signal">): Promise<string> {
  const inner = new AbortController();
  const stop = (): void => inner.abort();
  signal.addEventListener("abort", stop, { once: true });
  let silence = window.setTimeout(stop, SILENCE_MS);
  const heard = (report: (sent: number) => void) => (sent: number): void => {
    window.clearTimeout(silence);
    silence = window.setTimeout(stop, SILENCE_MS);
    report(sent);
  };
  try {
    const { onProgress, onAccepted } = transfer;
    return await send({ ...transfer, signal: inner.signal, onProgress: heard(onProgress), onAccepted: heard(onAccepted) });
  } catch (error) {
    throw inner.signal.aborted && !signal.aborted ? new SendError("network", "silence") : error;
  } finally {
    window.clearTimeout(silence);
    signal.removeEventListener("abort", stop);
  }
}

/** The token to send now: the cookie's, which a new sign-in in another tab renews, unlike the page's own. */
export function freshToken(): string {
  const pair = document.cookie.split("; ").find((part) => part.startsWith("csrftoken="));
  return pair ? decodeURIComponent(pair.slice("csrftoken=".length)) : csrfToken();
}

export function aborted(): DOMException {
  return new DOMException("stopped", "AbortError");
}

/** Give an upload up on the server; never fails, since the server forgets it by itself in time. */
export async function abandon(address: string, protocol: "tus" | "s3"): Promise<void> {
  const headers: Record<string, string> = { "X-CSRFToken": freshToken() };
  if (protocol === "tus") {
    headers["Tus-Resumable"] = "1.0.0";
  }
  try {
    await fetch(address, { method: "DELETE", headers, credentials: "same-origin", keepalive: true });
  } catch {
    return;
  }
}
