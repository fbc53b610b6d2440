/**
 * Keeps unfinished files and their uploads' addresses in IndexedDB, so that they outlive the page. A browser that
 * refuses (private mode, full disk) is no error: what cannot be kept is simply not there later.
 */
import type { FileFacts, FileKind, Finding, Purpose } from "./uploader-types";

const NAME = "skillweek-uploads";
const RECORDS = "records";
const FILES = "files";
/** What nobody finished for so long is forgotten, so that it does not fill the phone. */
const FORGOTTEN_DAYS = 30;
const END = 64 * 1024;

export interface Kept {
  id: string;
  clientId: string;
  owner: string;
  scope: string;
  protocol: "tus" | "s3";
  name: string;
  size: number;
  type: string;
  kind: FileKind;
  purpose: Purpose;
  address: string;
  sent: number;
  paused: boolean;
  /** Why the server refused it; not sent again before the person asks. */
  refusal?: string;
  fingerprint: string;
  facts: FileFacts | null;
  findings: Finding[];
  addedAt: number;
}

let opening: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opening ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(RECORDS, { keyPath: "id" });
      request.result.createObjectStore(FILES);
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error ?? new Error("IndexedDB"));
    request.onblocked = () => reject(new Error("IndexedDB is blocked"));
  });
  return opening;
}

/** Run one transaction; null instead of an error. */
async function run<T>(mode: IDBTransactionMode, work: (store: (name: string) => IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  try {
    const transaction = (await open()).transaction([RECORDS, FILES], mode);
    return await new Promise<T>((resolve, reject) => {
      const request = work((name) => transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("IndexedDB"));
    });
  } catch {
    return null;
  }
}

/** Keep what is known of a file; whether it worked. */
export async function keepRecord(record: Kept): Promise<boolean> {
  return (await run("readwrite", (store) => store(RECORDS).put(record))) !== null;
}

/** Keep a file's bytes; whether it worked. */
export async function keepFile(id: string, file: Blob): Promise<boolean> {
  return (await run("readwrite", (store) => store(FILES).put(file, id))) !== null;
}

/** The kept bytes of a file, or null. */
export async function keptFile(id: string, size: number): Promise<Blob | null> {
  const file = await run<Blob | undefined>("readonly", (store) => store(FILES).get(id) as IDBRequest<Blob | undefined>);
  return file && file.size === size ? file : null;
}

/** The record of a file, or null when it is finished, given up or was never kept. */
export async function keptRecord(id: string): Promise<Kept | null> {
  return (await run<Kept | undefined>("readonly", (store) => store(RECORDS).get(id) as IDBRequest<Kept | undefined>)) ?? null;
}

/** Forget a file altogether. */
export async function forget(id: string): Promise<void> {
  await run("readwrite", (store) => {
    store(FILES).delete(id);
    return store(RECORDS).delete(id);
  });
}

/** This person's unfinished files of one scope, in the order in which they were added. Old ones of anybody are erased. */
export async function unfinished(owner: string, scope: string): Promise<Kept[]> {
  const all = (await run<Kept[]>("readonly", (store) => store(RECORDS).getAll() as IDBRequest<Kept[]>)) ?? [];
  const oldest = Date.now() - FORGOTTEN_DAYS * 24 * 3600 * 1000;
  await Promise.all(all.filter((record) => record.addedAt < oldest).map((record) => forget(record.id)));
  return all
    .filter((record) => record.addedAt >= oldest && record.owner === owner && record.scope === scope)
    .sort((first, second) => first.addedAt - second.addedAt || (first.id < second.id ? -1 : 1));
}

/**
 * A short mark of a file's content, from its two ends: enough to notice that somebody chose another file of the same
 * size. Not a cryptographic one, which browsers offer only under HTTPS.
 */
export async function fingerprintOf(file: Blob): Promise<string> {
  const ends = file.size > 2 * END ? new Blob([file.slice(0, END), file.slice(-END)]) : file;
  const bytes = new Uint8Array(await ends.arrayBuffer());
  let first = 0x811c9dc5;
  let second = 0x9e3779b9;
  for (const byte of bytes) {
    first = Math.imul(first ^ byte, 0x01000193);
    second = Math.imul(second ^ byte, 0x85ebca6b) ^ (second >>> 13);
  }
  return `${(first >>> 0).toString(16)}-${(second >>> 0).toString(16)}`;
}
