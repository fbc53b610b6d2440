/** The door's book: who is expected and who came, by the server's word and by the taps that wait. Draws nothing. */
import { sha256 } from "../lib/sha256";
import { t } from "../lib/i18n";
import { csrfToken } from "../lib/csrf";
import type { Keeper } from "./keep";
import type { Answer, DoorState, Entry, Expected, Settings } from "./types";

const BATCH = 100;
const PATIENCE = 15_000;

export type Line = "online" | "offline" | "signed-out" | "refused";

export interface Refusal {
  entry: Entry;
  answer: Answer;
}

export class Book {
  state: DoorState;
  line: Line = navigator.onLine ? "online" : "offline";
  lineText = "";
  private sending = false;
  private again = false;

  constructor(
    private readonly settings: Settings,
    private readonly keeper: Keeper,
    private readonly changed: () => void,
    private readonly told: (refused: Refusal[]) => void,
  ) {
    this.state = settings.state;
  }

  /** What waited from before, and the newer of the page's list and the kept one. */
  async open(): Promise<void> {
    await this.keeper.open();
    const kept = await this.keeper.list();
    if (kept && kept.stamp > this.state.stamp) {
      this.state = kept;
    }
    await this.keeper.keepList(this.state);
    this.changed();
    await this.sync();
  }

  get waiting(): readonly Entry[] {
    return this.keeper.waiting;
  }

  private get undone(): Set<string> {
    return new Set(this.waiting.filter((entry) => entry.undo).map((entry) => entry.client_id));
  }

  /** Taps that count: neither taken back, nor for somebody the server has inside already. */
  get pending(): Entry[] {
    const undone = this.undone;
    const inside = new Set(this.state.expected.filter((row) => row.inside).map((row) => row.id));
    return this.waiting.filter((entry) => !entry.undo && !undone.has(entry.client_id) && !(entry.booking && inside.has(entry.booking)));
  }

  people(entries: Entry[]): number {
    return entries.reduce((sum, entry) => sum + (entry.people ?? 1), 0);
  }

  get arrived(): number {
    const undone = this.undone;
    const back = this.state.expected.filter((row) => row.inside && undone.has(row.inside.client_id)).reduce((sum, row) => sum + row.inside!.people, 0);
    return this.state.arrived - back + this.people(this.pending);
  }

  get absent(): number {
    return this.state.expected.filter((row) => !row.waits && !this.inside(row)).reduce((sum, row) => sum + row.party, 0);
  }

  walkIns(audience: string): number {
    const taps = this.pending.filter((entry) => !entry.booking && (entry.audience ?? "") === audience);
    return (this.state.walkIns[audience] ?? 0) + this.people(taps);
  }

  get allWalkIns(): number {
    const taps = this.pending.filter((entry) => !entry.booking);
    return Object.values(this.state.walkIns).reduce((sum, people) => sum + people, 0) + this.people(taps);
  }

  /** Whether the booking is inside: `{at, by}`, `by` empty when this phone recorded it and nobody heard yet. */
  inside(row: Expected): { at: string; by: string; clientId: string } | null {
    if (row.inside && !this.undone.has(row.inside.client_id)) {
      return { at: row.inside.at, by: row.inside.by, clientId: row.inside.client_id };
    }
    const tap = this.pending.find((entry) => entry.booking === row.id);
    return tap ? { at: tap.at ?? "", by: "", clientId: tap.client_id } : null;
  }

  byToken(token: string): Expected | undefined {
    const hash = sha256(token);
    return this.state.expected.find((row) => row.hash === hash);
  }

  /** By code, last four digits, or a name of which only the ends are known here. */
  find(text: string): Expected[] {
    const plain = text.replace(/\s+/g, "").toLowerCase();
    if (!plain) {
      return [];
    }
    if (/^\d+$/.test(plain)) {
      const exact = this.state.expected.filter((row) => row.code === plain);
      return exact.length ? exact : this.state.expected.filter((row) => (plain.length >= 4 && row.last4 === plain) || (plain.length >= 2 && row.code.startsWith(plain)));
    }
    const fits = (row: Expected): boolean => {
      const name = row.name.replace(/\s+/g, "").toLowerCase();
      const signs = [...plain];
      const masked = [...name];
      const named = signs.length <= masked.length && signs.every((sign, at) => masked[at] === "*" || masked[at] === sign);
      return named || row.group.toLowerCase().includes(plain);
    };
    return this.state.expected.filter(fits);
  }

  /** Record one arrival; it is on the disk before the page says so. */
  async letIn(fields: { booking?: number; people: number; audience?: string; at?: string }): Promise<Entry> {
    const entry: Entry = { client_id: newId(), at: fields.at ?? new Date().toISOString(), booking: fields.booking ?? null, people: fields.people, audience: fields.audience ?? "" };
    await this.keeper.add(entry);
    this.changed();
    void this.sync();
    return entry;
  }

  async takeBack(clientId: string): Promise<void> {
    await this.keeper.add({ client_id: clientId, undo: true });
    this.changed();
    void this.sync();
  }

  /** Send what waits, oldest first; without anything to send, ask for the list. One at a time. */
  async sync(): Promise<void> {
    if (this.sending) {
      this.again = true;
      return;
    }
    this.sending = true;
    try {
      do {
        this.again = false;
        const batch = this.waiting.slice(0, BATCH);
        const body = batch.length ? await this.ask(this.settings.urls.send, { entries: batch, sent_at: new Date().toISOString() }) : await this.ask(this.settings.urls.state);
        if (!body) {
          return;
        }
        this.state = body.state;
        if (batch.length) {
          await this.keeper.answered(batch);
          this.report(batch, body.answers ?? []);
        }
        await this.keeper.keepList(this.state);
        this.changed();
      } while (this.again || this.waiting.length);
    } finally {
      this.sending = false;
      this.changed();
    }
  }

  private report(batch: Entry[], answers: Answer[]): void {
    const refused = answers
      .map((answer, at) => ({ answer, entry: batch[at] }))
      .filter(({ answer }) => answer.status === "refused" || answer.status === "duplicate");
    if (refused.length) {
      this.told(refused);
    }
  }

  private async ask(url: string, body?: unknown): Promise<{ state: DoorState; answers?: Answer[] } | null> {
    const stop = new AbortController();
    const timer = window.setTimeout(() => stop.abort(), PATIENCE);
    try {
      const response = await fetch(url, {
        method: body ? "POST" : "GET",
        credentials: "same-origin",
        headers: { Accept: "application/json", ...(body ? { "Content-Type": "application/json", "X-CSRFToken": this.state.csrf || csrfToken() } : {}) },
        body: body ? JSON.stringify(body) : undefined,
        signal: stop.signal,
      });
      if (response.ok) {
        this.line = "online";
        this.lineText = "";
        return (await response.json()) as { state: DoorState; answers?: Answer[] };
      }
      return await this.refusedBy(response, body !== undefined);
    } catch {
      this.line = "offline";
      return null;
    } finally {
      window.clearTimeout(timer);
    }
  }

  private async refusedBy(response: Response, sent: boolean): Promise<null> {
    if (response.status === 401) {
      this.line = "signed-out";
    } else if (response.status === 403 && sent && !response.headers.get("content-type")?.includes("json")) {
      // The page lay here longer than its token lives: a fresh list brings a fresh one, and the next round sends.
      const fresh = await this.ask(this.settings.urls.state);
      if (fresh) {
        this.state = fresh.state;
        this.line = "offline";
      }
    } else if (response.status >= 500 || response.status === 429) {
      this.line = "offline";
    } else {
      this.line = "refused";
      const said = (await response.json().catch(() => ({}))) as { message?: string };
      this.lineText = response.status === 404 ? t("您已不能为这一场签到。请联系承办单位。", "You may no longer check people in here. Please ask the organiser.") : (said.message ?? "");
    }
    return null;
  }
}

/** `crypto.randomUUID` is missing without a secure context; random bytes are not. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
