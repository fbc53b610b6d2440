/** One file of an uploader: what the page sees of it, and what the uploader must know besides. */
import type { Kept } from "./upload-store";
import type { FileFacts, Finding, ItemState, Purpose, UploaderOptions, UploadItem } from "./uploader-types";

/** A random name. `crypto.randomUUID` would need HTTPS. */
export function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Entry implements UploadItem {
  state: ItemState = "checking";
  sent = 0;
  findings: Finding[] = [];
  message = "";
  fileId = "";
  facts: FileFacts | null = null;
  persisted = false;

  /** Its bytes; null when they were not kept and the person has not chosen them again. */
  file: Blob | null = null;
  address = "";
  fingerprint = "";
  addedAt = Date.now();
  /** The attempt under way, or its waiting for another tab. */
  attempt: AbortController | null = null;
  /** Resolves when the latest attempt is over, so that two of one page never meet. */
  ended: Promise<void> = Promise.resolve();
  /** Attempts in a row that brought nothing. */
  tries = 0;
  timer = 0;
  /** It may be written to the browser's store: accepted, and neither done nor given up. */
  isKept = false;

  constructor(
    readonly id: string,
    readonly clientId: string,
    readonly name: string,
    readonly size: number,
    readonly type: string,
    readonly purpose: Purpose,
  ) {}

  static of(file: File, options: UploaderOptions): Entry {
    const clientId = randomId();
    const { name, size, type } = file;
    const purpose = options.purpose({ name, size, type }, clientId);
    const entry = new Entry(randomId(), clientId, name, size, type, purpose);
    entry.file = file;
    return entry;
  }

  static from(record: Kept, protocol: string): Entry {
    const entry = new Entry(record.id, record.clientId, record.name, record.size, record.type, record.purpose);
    entry.findings = record.findings;
    entry.facts = record.facts;
    entry.fingerprint = record.fingerprint;
    entry.addedAt = record.addedAt;
    entry.isKept = true;
    entry.state = record.refusal ? "failed" : record.paused ? "paused" : "waiting";
    entry.message = record.refusal ?? "";
    entry.follow(record, protocol);
    return entry;
  }

  /** Take over how far another page came. */
  follow(record: Kept, protocol: string): void {
    // The site may have moved its files to a bucket meanwhile; an address of the other protocol leads nowhere.
    this.address = record.protocol === protocol ? record.address : "";
    this.sent = this.address ? record.sent : 0;
  }

  record(options: UploaderOptions): Kept {
    const { id, clientId, name, size, type, purpose, address, sent, fingerprint, facts, findings, addedAt } = this;
    const { owner, scope, protocol, kind } = options;
    const paused = this.state === "paused";
    const refusal = this.state === "failed" ? this.message : "";
    return {
      ...{ id, clientId, owner, scope, protocol, name, size, type, kind, purpose },
      ...{ address, sent, paused, refusal, fingerprint, facts, findings, addedAt },
    };
  }

  /** End the attempt or the waiting for the next one. What the server has stays there. */
  stop(): void {
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.attempt?.abort();
    this.attempt = null;
  }
}
