/**
 * What was typed and has not reached the server yet: kept in this browser until it has, whatever happens to the
 * network, the page or the phone. A text remembers what its writer started from, so that nobody's words are lost.
 */
import type { Change, Item, Kind, ReportState } from "./types";

interface Typed {
  item: string | null;
  field: string;
  base: string;
  value: string;
  /** A colleague's text that stands there now; nothing is sent until the person has chosen. */
  theirs?: string;
  /** Why the server did not take the value; sent again when it changes. */
  problem?: string;
}

type Step = Exclude<Change, { op: "set" }>;

interface Kept {
  typed: Typed[];
  steps: Step[];
  tried?: [string, string[]][];
}

/** How many texts are remembered that were sent without an answer, for each field. */
const TRIED = 200;

const keyOf = (item: string | null, field: string): string => `${item ?? ""}|${field}`;

export class Drafts {
  private typed = new Map<string, Typed>();
  private steps: Step[] = [];
  /** Fingerprints of texts that were sent and never answered: one of them may well stand on the server. */
  private tried = new Map<string, string[]>();
  /** Whether this browser could keep what was typed. */
  kept = true;

  constructor(private readonly place: string) {
    try {
      const kept = JSON.parse(localStorage.getItem(place) ?? "null") as Kept | null;
      this.steps = kept?.steps ?? [];
      this.tried = new Map(kept?.tried ?? []);
      for (const one of kept?.typed ?? []) {
        this.typed.set(keyOf(one.item, one.field), one);
      }
    } catch {
      this.kept = false;
    }
  }

  get isEmpty(): boolean {
    return this.typed.size === 0 && this.steps.length === 0;
  }

  /** Whether something is there that may be sent now. */
  get hasSendable(): boolean {
    return this.steps.length > 0 || this.sendable().length > 0;
  }

  find(item: string | null, field: string): Readonly<Typed> | undefined {
    return this.typed.get(keyOf(item, field));
  }

  /** Note that a field now reads `value`; `known` is what the server last said. */
  type(item: string | null, field: string, value: string, known: string): void {
    const key = keyOf(item, field);
    const before = this.typed.get(key);
    const base = before?.base ?? known;
    if (value === base && before?.theirs === undefined && !this.tried.has(key)) {
      this.typed.delete(key);
    } else {
      this.typed.set(key, { item, field, base, value, ...(before?.theirs === undefined ? {} : { theirs: before.theirs }) });
    }
    this.keep();
  }

  step(step: Step): void {
    if (step.op === "order") {
      this.steps = this.steps.filter((one) => one.op !== "order" || one.kind !== step.kind);
    }
    this.steps.push(step);
    this.keep();
  }

  /** Everything that may be sent, in the order in which the server can take it. */
  changes(): Change[] {
    const sets = this.sendable().map((one): Change => ({
      op: "set",
      item: one.item,
      field: one.field,
      base: one.base,
      value: one.value,
    }));
    const first = this.steps.filter((step) => step.op === "add" || step.op === "restore");
    const last = this.steps.filter((step) => step.op !== "add" && step.op !== "restore");
    return this.oneAfterTheOther() ? [...this.steps.filter((step) => step.op !== "order"), ...sets, ...this.orders()] : [...first, ...sets, ...last];
  }

  /** Removed and brought back within one save: then the order of the steps counts. */
  private oneAfterTheOther(): boolean {
    const removed = new Set(this.steps.flatMap((step) => (step.op === "remove" ? [step.item] : [])));
    return this.steps.some((step) => step.op === "restore" && removed.has(step.item));
  }

  private orders(): Change[] {
    return this.steps.filter((step) => step.op === "order");
  }

  /** `sent` goes out now; whether it arrives, the answer tells. */
  sending(sent: readonly Change[]): void {
    for (const change of sent) {
      if (change.op === "set") {
        const key = keyOf(change.item, change.field);
        const known = this.tried.get(key) ?? [];
        const print = fingerprint(change.value);
        this.tried.set(key, known.includes(print) ? known : [...known, print].slice(-TRIED));
      }
    }
    this.keep();
  }

  /** Everything that came back with the answer to `sent` has been worked in. */
  answered(sent: readonly Change[]): void {
    for (const change of sent) {
      if (change.op === "set") {
        this.tried.delete(keyOf(change.item, change.field));
      }
    }
    this.keep();
  }

  /** The server has taken `sent`; `state` is what stands there now. What was typed meanwhile stays. */
  taken(sent: readonly Change[], state: ReportState): void {
    const gone = new Set<Change>(sent);
    this.steps = this.steps.filter((step) => !gone.has(step));
    for (const change of sent) {
      if (change.op !== "set") {
        continue;
      }
      const key = keyOf(change.item, change.field);
      const now = this.typed.get(key);
      if (!now) {
        continue;
      }
      if (now.value === change.value) {
        this.typed.delete(key);
      } else {
        now.base = valueIn(state, change.item, change.field) ?? change.value;
      }
    }
    this.keep();
  }

  /** Something else stands there: a colleague's text to choose from, or this phone's own from before the answer got lost. */
  conflict(item: string | null, field: string, yours: string, theirs: string): void {
    const key = keyOf(item, field);
    const value = this.typed.get(key)?.value ?? yours;
    const own = this.tried.get(key)?.includes(fingerprint(theirs)) ?? false;
    this.typed.set(key, { item, field, base: theirs, value, ...(own ? {} : { theirs }) });
    this.keep();
  }

  problem(item: string | null, field: string, value: string, base: string, problem: string): void {
    if (!this.typed.has(keyOf(item, field))) {
      this.typed.set(keyOf(item, field), { item, field, base, value, problem });
      this.keep();
    }
  }

  /** The person has chosen: their own text goes out again, or it is given up. */
  choose(item: string | null, field: string, mine: boolean): void {
    const key = keyOf(item, field);
    const one = this.typed.get(key);
    if (one && mine) {
      delete one.theirs;
    } else {
      this.typed.delete(key);
    }
    this.keep();
  }

  /** `state` with everything on top that has not been sent. */
  over(state: ReportState): ReportState {
    const items = new Map<string, Item>(state.items.map((item) => [item.id, { ...item, values: { ...item.values } }]));
    for (const step of this.steps) {
      if (step.op === "add" && !items.has(step.item)) {
        items.set(step.item, emptyItem(step.item, step.kind));
      } else if (step.op === "remove") {
        items.delete(step.item);
      }
    }
    const values = { ...state.values };
    for (const one of this.typed.values()) {
      const target = one.item === null ? values : items.get(one.item)?.values;
      if (target) {
        target[one.field] = one.value;
      }
    }
    return { ...state, values, items: this.inOrder([...items.values()]) };
  }

  private inOrder(items: Item[]): Item[] {
    for (const step of this.steps) {
      if (step.op === "order") {
        const place = new Map(step.items.map((id, index) => [id, index]));
        const mine = items.filter((item) => item.kind === step.kind);
        mine.sort((a, b) => (place.get(a.id) ?? 1e6) - (place.get(b.id) ?? 1e6));
        items = [...items.filter((item) => item.kind !== step.kind), ...mine];
      }
    }
    return items;
  }

  private sendable(): Typed[] {
    return [...this.typed.values()].filter((one) => one.theirs === undefined && one.problem === undefined);
  }

  private keep(): void {
    try {
      if (this.isEmpty && this.tried.size === 0) {
        localStorage.removeItem(this.place);
      } else {
        const kept: Kept = { typed: [...this.typed.values()], steps: this.steps, tried: [...this.tried] };
        localStorage.setItem(this.place, JSON.stringify(kept));
      }
      this.kept = true;
    } catch {
      this.kept = false;
    }
  }
}

/** What a field of the report, or of one of its items, reads in `state`. */
export function valueIn(state: ReportState, item: string | null, field: string): string | undefined {
  return item === null ? state.values[field] : state.items.find((one) => one.id === item)?.values[field];
}

/** Tells one text from another without keeping either: its length and a 32-bit FNV-1a hash. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return `${text.length}:${(hash >>> 0).toString(36)}`;
}

const FIELDS: Record<Kind, string[]> = {
  case: ["title", "text", "source"],
  manuscript: ["title", "text", "source"],
  photo: ["caption"],
  video: ["caption"],
  coverage: ["title", "text", "outlet", "level", "published_on", "link"],
};

function emptyItem(id: string, kind: Kind): Item {
  const values = Object.fromEntries(FIELDS[kind].map((field) => [field, ""]));
  return { id, kind, values, words: 0, file: null, photo: null, findings: [], comments: [], highlight: false };
}
