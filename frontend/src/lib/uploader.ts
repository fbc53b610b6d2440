/**
 * Checks, keeps and sends files: several at once, through drops of the network, reloads and restarts of the server.
 * Without a list on the page; `uploader-list.ts` has one. See `docs/developer/uploads.md`.
 */
import { fingerprintOf, forget, keepFile, keepRecord, keptFile, keptRecord, unfinished } from "./upload-store";
import { alone, type Ending, Tabs } from "./upload-tabs";
import { abandon, aborted, type Send, SendError, watched } from "./upload-transfer";
import { sendByS3 } from "./upload-s3";
import { sendByTus } from "./upload-tus";
import { Entry } from "./uploader-entry";
import { anotherFile, examine, notKept, unreadable } from "./uploader-examine";
import type { CheckName, FileKind, ItemState, Uploader, UploaderOptions, UploadItem } from "./uploader-types";

const AT_ONCE = 3;
/** Seconds before the first, second, … further attempt. */
const PAUSES = [1, 2, 4, 8, 16, 30];
/** A browser may be wrong about being offline, so that it is asked again all the same. */
const OFFLINE_SECONDS = 30;
const PROGRESS_MS = 150;
const CHECK_OF: Record<FileKind, CheckName | null> = {
  photo: "photo",
  video: "video",
  manuscript: "manuscript",
  coverage: "scan",
  other: null,
};
/** Waiting for something that may have come when the person looks at the page again. */
const HELD: readonly ItemState[] = ["retrying", "offline", "signed-out"];
const SETTLED: readonly ItemState[] = ["refused", "needs-file", "done", "failed"];

/** An uploader for one place on the site; finds that place's unfinished files again and goes on with them. */
export function createUploader(options: UploaderOptions): Uploader {
  return new FileUploader(options);
}

/** The check that an uploader's files go through. */
export function checkOf(options: Pick<UploaderOptions, "check" | "kind">): CheckName | null {
  return options.check === undefined ? CHECK_OF[options.kind] : options.check;
}

class FileUploader implements Uploader {
  readonly ready: Promise<void>;
  private entries: Entry[] = [];
  private isOver = false;
  private readonly send: Send;
  private readonly tabs: Tabs;
  private readonly listening = new AbortController();
  /** Copies into the browser's store go one after the other. */
  private keeping: Promise<void> = Promise.resolve();

  constructor(private readonly options: UploaderOptions) {
    this.send = options.protocol === "s3" ? sendByS3 : sendByTus;
    this.tabs = new Tabs((ending) => this.hear(ending));
    const { signal } = this.listening;
    window.addEventListener("online", () => this.wake(HELD), { signal });
    window.addEventListener("offline", () => this.goOffline(), { signal });
    window.addEventListener("focus", () => this.wake(["signed-out"]), { signal });
    document.addEventListener("visibilitychange", () => document.hidden || this.wake(HELD), { signal });
    window.addEventListener("beforeunload", (event) => this.warn(event), { signal });
    this.ready = this.restore();
  }

  get items(): readonly UploadItem[] {
    return this.entries;
  }

  async add(files: Iterable<File>): Promise<UploadItem[]> {
    const room = (this.options.maxFiles ?? Infinity) - this.entries.length;
    const added = Array.from(files)
      .slice(0, Math.max(0, room))
      .map((file) => Entry.of(file, this.options));
    this.entries.push(...added);
    added.forEach((entry) => this.tell(entry));
    for (const entry of added) {
      await this.check(entry);
    }
    return added;
  }

  pause(id: string): void {
    const entry = this.find(id);
    if (!entry || entry.state === "checking" || entry.state === "paused" || SETTLED.includes(entry.state)) {
      return;
    }
    const { attempt } = entry;
    window.clearTimeout(entry.timer);
    this.change(entry, "paused");
    // Written first: another tab that gets the lock must find that the person paused it.
    void this.save(entry).finally(() => attempt?.abort());
    this.pump();
  }

  resume(id: string): void {
    const entry = this.find(id);
    if (entry && (entry.state === "paused" || HELD.includes(entry.state))) {
      this.again(entry);
      void this.save(entry);
    }
  }

  retry(id: string): void {
    const entry = this.find(id);
    if (entry && (entry.state === "failed" || HELD.includes(entry.state))) {
      this.again(entry);
      void this.save(entry);
    }
  }

  mayForce(id: string): boolean {
    const entry = this.find(id);
    return entry?.state === "refused" && entry.size > 0 && entry.size <= this.options.maxBytes[this.options.kind];
  }

  force(id: string): void {
    const entry = this.find(id);
    if (entry && this.mayForce(id)) {
      this.accept(entry);
    }
  }

  async cancel(id: string): Promise<void> {
    const entry = this.find(id);
    if (!entry) {
      return;
    }
    const isDone = entry.state === "done";
    this.drop(entry);
    if (!isDone) {
      await forget(id);
      this.tabs.tell({ id, fileId: "" });
      if (entry.address) {
        await abandon(entry.address, this.options.protocol);
      }
    }
  }

  async provide(id: string, file: File): Promise<boolean> {
    const entry = this.find(id);
    if (!entry || entry.state !== "needs-file") {
      return false;
    }
    const isSame =
      file.size === entry.size && (!entry.fingerprint || (await fingerprintOf(file).catch(() => "")) === entry.fingerprint);
    if (!isSame) {
      this.change(entry, "needs-file", anotherFile(entry.name, entry.size));
      return false;
    }
    entry.file = file;
    this.accept(entry);
    return true;
  }

  pauseAll(): void {
    this.entries.forEach((entry) => this.pause(entry.id));
  }

  resumeAll(): void {
    this.entries.forEach((entry) => this.resume(entry.id));
  }

  destroy(): void {
    this.isOver = true;
    this.listening.abort();
    this.tabs.close();
    this.entries.forEach((entry) => entry.stop());
  }

  private find(id: string): Entry | undefined {
    return this.entries.find((entry) => entry.id === id);
  }

  private tell(entry: Entry): void {
    if (!this.isOver) {
      this.options.onItem?.(entry);
    }
  }

  private change(entry: Entry, state: ItemState, message = ""): void {
    entry.state = state;
    entry.message = message;
    this.tell(entry);
  }

  private drop(entry: Entry): void {
    entry.isKept = false;
    entry.stop();
    this.entries = this.entries.filter((other) => other !== entry);
    this.tell(entry);
    this.pump();
  }

  private async check(entry: Entry): Promise<void> {
    const verdict = await examine(entry, checkOf(this.options), this.options);
    if (this.isOver || !this.entries.includes(entry)) {
      return;
    }
    if (entry.findings.length > 0) {
      this.options.onFinding?.(entry);
    }
    if (verdict.state === "waiting") {
      this.accept(entry);
    } else {
      this.change(entry, verdict.state, verdict.message);
    }
  }

  private accept(entry: Entry): void {
    entry.isKept = true;
    this.keeping = this.keeping.then(() => this.keep(entry)).catch(() => undefined);
    this.again(entry);
  }

  /** Keep the record, then the bytes, in this browser. */
  private async keep(entry: Entry): Promise<void> {
    if (!entry.file || !entry.isKept) {
      return;
    }
    entry.fingerprint ||= await fingerprintOf(entry.file);
    await this.save(entry);
    const isWritten = await keepFile(entry.id, entry.file);
    if (!entry.isKept) {
      await forget(entry.id);
    } else if (isWritten) {
      entry.persisted = true;
      this.tell(entry);
    }
  }

  private async save(entry: Entry): Promise<void> {
    if (entry.isKept) {
      await keepRecord(entry.record(this.options));
    }
  }

  private async restore(): Promise<void> {
    const records = await unfinished(this.options.owner, this.options.scope);
    for (const record of records) {
      if (this.isOver || this.find(record.id)) {
        continue;
      }
      const entry = Entry.from(record, this.options.protocol);
      entry.file = await keptFile(entry.id, entry.size);
      entry.persisted = entry.file !== null;
      this.entries.push(entry);
      this.tell(entry);
    }
    this.pump();
  }

  /** Put an entry back into the queue, with patience renewed. */
  private again(entry: Entry): void {
    entry.stop();
    entry.tries = 0;
    this.change(entry, "waiting");
    this.pump();
  }

  private wake(states: readonly ItemState[]): void {
    this.entries.filter((entry) => states.includes(entry.state)).forEach((entry) => this.again(entry));
  }

  private goOffline(): void {
    for (const entry of this.entries) {
      if (["uploading", "retrying", "waiting"].includes(entry.state)) {
        entry.stop();
        this.wait(entry, "offline", OFFLINE_SECONDS);
      }
    }
  }

  /** Start what may start. */
  private pump(): void {
    if (this.isOver) {
      return;
    }
    let free = AT_ONCE - this.entries.filter((entry) => entry.state === "uploading").length;
    for (const entry of this.entries) {
      if (free > 0 && entry.state === "waiting") {
        free -= 1;
        void this.run(entry);
      }
    }
  }

  /** One attempt, from the queue to its end. */
  private async run(entry: Entry): Promise<void> {
    const attempt = new AbortController();
    const previous = entry.ended;
    let end = (): void => undefined;
    entry.ended = new Promise((resolve) => (end = resolve));
    entry.attempt = attempt;
    this.change(entry, "uploading");
    try {
      await previous;
      const onWait = (): void => {
        this.change(entry, "elsewhere");
        this.pump();
      };
      await alone(entry.id, attempt.signal, onWait, (waited) => this.attempt(entry, attempt.signal, waited));
    } catch (error) {
      // Ended by `stop`: whoever did it has set the state.
      if (entry.attempt === attempt && this.find(entry.id) && entry.state !== "paused") {
        await this.meet(entry, error);
      }
    } finally {
      if (entry.attempt === attempt) {
        entry.attempt = null;
      }
      end();
      this.pump();
    }
  }

  /** Send one file, unless there is nothing to do any more. All of it happens while other tabs keep away. */
  private async attempt(entry: Entry, signal: AbortSignal, waited: boolean): Promise<void> {
    if (waited && !(await this.takeOver(entry, signal))) {
      return;
    }
    entry.file ??= await keptFile(entry.id, entry.size);
    if (signal.aborted) {
      throw aborted();
    }
    if (!entry.file) {
      this.change(entry, "needs-file", notKept(entry.name));
      return;
    }
    const { kind, organisation, edition, endpoint, chunkBytes } = this.options;
    let lastTold = 0;
    const fileId = await watched(this.send, signal, {
      ...{ kind, organisation, edition, endpoint, chunkBytes },
      ...{ file: entry.file, name: entry.name, size: entry.size, purpose: entry.purpose, address: entry.address },
      onAddress: (address) => {
        entry.address = address;
        void this.save(entry);
      },
      onProgress: (sent) => {
        entry.sent = sent;
        if (Date.now() - lastTold >= PROGRESS_MS && entry.state === "uploading") {
          lastTold = Date.now();
          this.tell(entry);
        }
      },
      onAccepted: (sent) => {
        entry.tries = 0;
        entry.sent = sent;
        void this.save(entry);
      },
    });
    entry.isKept = false;
    await forget(entry.id);
    this.tabs.tell({ id: entry.id, fileId });
    this.conclude(entry, fileId);
  }

  /** After another tab let go: follow its record. False when it finished, gave the file up, or was paused. */
  private async takeOver(entry: Entry, signal: AbortSignal): Promise<boolean> {
    const record = await keptRecord(entry.id);
    if (signal.aborted) {
      throw aborted(); // the other tab told of its end meanwhile
    }
    if (!record) {
      this.drop(entry);
      return false;
    }
    entry.follow(record, this.options.protocol);
    this.change(entry, record.paused ? "paused" : "uploading");
    return !record.paused;
  }

  private conclude(entry: Entry, fileId: string): void {
    entry.fileId = fileId;
    entry.sent = entry.size;
    this.change(entry, "done");
    if (!this.isOver) {
      this.options.onDone?.(entry);
    }
    if (this.options.keepDone === false) {
      this.drop(entry);
    }
  }

  /** Another tab finished a file, or gave it up. */
  private hear(ending: Ending): void {
    const entry = this.find(ending.id);
    if (!entry || entry.state === "done") {
      return;
    }
    entry.isKept = false;
    entry.stop();
    if (ending.fileId) {
      this.conclude(entry, ending.fileId);
    } else {
      this.drop(entry);
    }
  }

  /** What to do about an attempt that failed. */
  private async meet(entry: Entry, error: unknown): Promise<void> {
    const known = error instanceof SendError ? error : new SendError("network");
    switch (known.trouble) {
      case "refused":
        this.change(entry, "failed", known.message);
        await this.save(entry);
        return;
      case "signed-out":
        this.change(entry, "signed-out", known.message);
        return;
      case "gone":
        entry.address = "";
        entry.sent = 0;
        await this.save(entry);
        break;
      case "network":
        if (!navigator.onLine) {
          this.wait(entry, "offline", OFFLINE_SECONDS);
          return;
        }
        if (!(await this.isReadable(entry)) && entry.state === "uploading") {
          this.change(entry, "needs-file", unreadable(entry.name));
        }
        break;
      case "busy":
        break;
    }
    if (entry.state !== "uploading") {
      return; // paused or given up meanwhile, or without its file
    }
    const seconds = Math.max(known.wait, PAUSES[Math.min(entry.tries, PAUSES.length - 1)] ?? 1);
    entry.tries += 1;
    this.wait(entry, "retrying", seconds, known.message);
  }

  private wait(entry: Entry, state: "offline" | "retrying", seconds: number, message = ""): void {
    this.change(entry, state, message);
    entry.timer = window.setTimeout(() => {
      this.change(entry, "waiting");
      this.pump();
    }, seconds * 1000);
  }

  /** Whether the bytes can still be read: a chosen file may have been changed or moved since. The kept copy helps. */
  private async isReadable(entry: Entry): Promise<boolean> {
    try {
      await entry.file?.slice(0, 1).arrayBuffer();
    } catch {
      entry.file = await keptFile(entry.id, entry.size);
    }
    return entry.file !== null;
  }

  private warn(event: BeforeUnloadEvent): void {
    if (this.entries.some((entry) => !entry.persisted && !SETTLED.includes(entry.state))) {
      event.preventDefault();
    }
  }
}
