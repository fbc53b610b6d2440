/** The report in this page: what the server has, what was typed on top, and the way between them. */
import { csrfToken } from "../lib/csrf";
import { t } from "../lib/i18n";
import { toast } from "../lib/toast";
import { Drafts, valueIn } from "./drafts";
import type { Change, Conflict, Kind, Problem, ReportState, Settings, ShownFinding } from "./types";

export type SyncState = "saved" | "typing" | "saving" | "offline" | "signed-out" | "refused";

interface Answer {
  ok: boolean;
  state?: ReportState;
  code?: string;
  message?: string;
  details?: ShownFinding[];
  conflicts?: Conflict[];
  problems?: Problem[];
}

/** What the server refused, with its sentence and, where there are some, the findings in the way. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly details: ShownFinding[],
  ) {
    super(message);
  }
}

const PAUSE = 800;
const POLL_CHECKING = 3000;
const POLL_QUIET = 30000;

export class Store {
  readonly drafts: Drafts;
  sync: SyncState = "saved";
  syncMessage = "";
  savedAt: Date | null = null;
  private server: ReportState;
  private etag = "";
  private timer = 0;
  private failures = 0;
  private running: Promise<void> | null = null;
  private listeners: (() => void)[] = [];

  constructor(readonly settings: Settings) {
    this.server = settings.state;
    this.drafts = new Drafts(`report:${settings.owner}:${settings.organisation}:${settings.day}`);
    window.addEventListener("online", () => this.schedule(0));
    window.addEventListener("offline", () => this.show("offline"));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") {
        void this.flush();
      } else {
        void this.refresh();
      }
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.drafts.isEmpty && !this.drafts.kept) {
        event.preventDefault();
      }
    });
    if (this.drafts.hasSendable) {
      this.schedule(0);
    }
    // What another page of the same phone sent while this one was being made is not in it yet.
    void this.refresh();
    this.poll();
  }

  /** The report as the person sees it. */
  get state(): ReportState {
    return this.drafts.over(this.server);
  }

  get editable(): boolean {
    return this.server.editable;
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  type(item: string | null, field: string, value: string): void {
    this.drafts.type(item, field, value, valueIn(this.server, item, field) ?? "");
    this.schedule(PAUSE);
    this.show("typing");
  }

  add(kind: Kind): string {
    const item = crypto.randomUUID ? crypto.randomUUID() : fallbackId();
    this.step({ op: "add", item, kind });
    return item;
  }

  remove(item: string): void {
    this.step({ op: "remove", item });
  }

  restore(item: string): void {
    this.step({ op: "restore", item });
  }

  order(kind: Kind, items: string[]): void {
    this.step({ op: "order", kind, items });
  }

  choose(item: string | null, field: string, mine: boolean): void {
    this.drafts.choose(item, field, mine);
    this.schedule(0);
    this.tell();
  }

  private step(step: Exclude<Change, { op: "set" }>): void {
    this.drafts.step(step);
    this.schedule(100);
    this.show("typing");
  }

  /** Send what waits; resolves when everything that can be sent is there. Rejects when it could not be. */
  async flush(): Promise<void> {
    window.clearTimeout(this.timer);
    while (this.drafts.hasSendable) {
      this.running ??= this.save().finally(() => {
        this.running = null;
      });
      await this.running;
    }
  }

  private schedule(delay: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.flush().catch(() => undefined);
    }, delay);
  }

  private async save(): Promise<void> {
    const sent = this.drafts.changes();
    this.show("saving");
    this.drafts.sending(sent);
    let answer: Answer;
    try {
      answer = await this.ask("save", { changes: sent });
    } catch (error) {
      this.failed(error);
      throw error;
    }
    this.failures = 0;
    this.drafts.taken(sent, answer.state!);
    for (const one of answer.conflicts ?? []) {
      this.drafts.conflict(one.item, one.field, one.yours, one.theirs);
    }
    for (const one of answer.problems ?? []) {
      const change = sent.find((each) => each.op === "set" && each.item === one.item && each.field === one.field);
      if (change?.op === "set") {
        this.drafts.problem(one.item, one.field, change.value, change.base, one.message);
      } else {
        toast(one.message, { level: "error" });
      }
    }
    this.drafts.answered(sent);
    this.savedAt = new Date();
    this.show(this.drafts.hasSendable ? "typing" : "saved");
  }

  private failed(error: unknown): void {
    if (error instanceof Refusal) {
      this.show(error.code === "signed_out" ? "signed-out" : "refused", error.message);
      if (error.code === "not_editable") {
        void this.refresh();
      }
      return;
    }
    this.failures += 1;
    this.show("offline");
    this.schedule(Math.min(30000, 1000 * 2 ** this.failures));
  }

  /** Post JSON to one of the form's addresses and take over the state that comes back. Throws Refusal or a network error. */
  async ask(name: keyof Settings["urls"], data: unknown): Promise<Answer> {
    const response = await fetch(this.settings.urls[name], {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify(data),
    });
    const answer = await readAnswer(response);
    if (answer.state) {
      this.server = answer.state;
      this.etag = "";
    }
    return answer;
  }

  /** Read the report anew: a file arrived, a check ended, a colleague wrote. */
  async refresh(): Promise<void> {
    try {
      const headers: Record<string, string> = { Accept: "application/json" };
      if (this.etag) {
        headers["If-None-Match"] = this.etag;
      }
      const response = await fetch(this.settings.urls.state, { headers, cache: "no-store" });
      if (response.status === 304) {
        return;
      }
      const answer = await readAnswer(response);
      if (answer.state && !this.running) {
        this.server = answer.state;
        this.etag = response.headers.get("ETag") ?? "";
        this.tell();
      }
    } catch {
      // The next poll, or the next save, finds out.
    }
  }

  /** Take back, ask the liaison, remark: one request, its sentence as a message. */
  async act(name: "withdraw" | "ask" | "comment" | "detach", data: unknown = {}): Promise<boolean> {
    try {
      await this.flush();
      const answer = await this.ask(name, data);
      if (answer.message) {
        toast(answer.message, { level: "success" });
      }
      this.tell();
      return true;
    } catch (error) {
      toast(error instanceof Refusal ? error.message : noNetwork(), { level: "error" });
      return false;
    }
  }

  private poll(): void {
    const wait = this.server.checking ? POLL_CHECKING : POLL_QUIET;
    window.setTimeout(() => {
      const turn = document.visibilityState === "visible" && navigator.onLine ? this.refresh() : Promise.resolve();
      void turn.finally(() => this.poll());
    }, wait);
  }

  private show(sync: SyncState, message = ""): void {
    this.sync = sync;
    this.syncMessage = message;
    this.tell();
  }

  private tell(): void {
    this.listeners.forEach((listener) => listener());
  }
}

export function noNetwork(): string {
  return t("网络不通，内容已保存在本机，恢复后会自动上传。", "No connection. Everything is kept on this device and will be sent later.");
}

async function readAnswer(response: Response): Promise<Answer> {
  const isJson = response.headers.get("Content-Type")?.includes("json") ?? false;
  if (!isJson) {
    if (response.status === 403) {
      throw new Refusal(t("登录已过期，请重新登录。内容已保存在本机。", "Please sign in again. Everything is kept on this device."), "signed_out", []);
    }
    throw new Error(`unexpected answer ${response.status}`);
  }
  const answer = (await response.json()) as Answer;
  if (!response.ok || !answer.ok) {
    if (response.status >= 500 || response.status === 429) {
      throw new Error(answer.message ?? String(response.status));
    }
    throw new Refusal(answer.message ?? "", answer.code ?? "", Array.isArray(answer.details) ? answer.details : []);
  }
  return answer;
}

/** For pages opened over plain http from a phone, where the browser offers no randomUUID. */
function fallbackId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
