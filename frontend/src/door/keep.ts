/**
 * What stays on the phone: the list (no number, no whole name), the taps not yet sent, and the page itself. List and page
 * go when nobody is signed in; the taps hold only ids and counts and wait for their owner, so that no visitor is lost.
 */
import { createStore, entries, get, set, update, type UseStore } from "idb-keyval";
import { FLAG, KEPT, LISTS } from "./forget";
import type { DoorState, Entry } from "./types";

let opened: UseStore | undefined;
const store = (): UseStore => (opened ??= createStore("skillweek-door-taps", "taps"));
let openedLists: UseStore | undefined;
const lists = (): UseStore => (openedLists ??= createStore(LISTS, "lists"));

/** Browsers that keep nothing (private mode, full disk) work while the page is open. */
async function careful<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await work();
  } catch {
    return otherwise;
  }
}

export class Keeper {
  private readonly name: string;
  /** The same as on the disk, for browsers that refuse one. */
  private queue: Entry[] = [];

  constructor(owner: string, session: number) {
    this.name = `${owner}:${session}`;
  }

  async open(): Promise<Entry[]> {
    leaveFlag();
    this.queue = (await careful(() => get<Entry[]>(`queue:${this.name}`, store()), undefined)) ?? [];
    return this.queue;
  }

  get waiting(): readonly Entry[] {
    return this.queue;
  }

  /** Resolves when it is on the disk. */
  async add(entry: Entry): Promise<void> {
    this.queue = [...this.queue, entry];
    await this.change((held) => [...held, entry]);
  }

  /** Forget what the server answered; each entry object is answered once, so the first ones of a kind go. */
  async answered(sent: readonly Entry[]): Promise<void> {
    const gone = new Set(sent.map(mark));
    const left = (held: Entry[]): Entry[] => held.filter((entry) => !gone.has(mark(entry)));
    this.queue = left(this.queue);
    await this.change(left);
  }

  private async change(how: (held: Entry[]) => Entry[]): Promise<void> {
    await careful(() => update<Entry[]>(`queue:${this.name}`, (held) => how(held ?? []), store()), undefined);
  }

  list(): Promise<DoorState | undefined> {
    return careful(() => get<DoorState>(`list:${this.name}`, lists()), undefined);
  }

  async keepList(state: DoorState): Promise<void> {
    await careful(() => set(`list:${this.name}`, { ...state, csrf: "" }, lists()), undefined);
  }
}

const mark = (entry: Entry): string => `${entry.undo ? "undo" : "in"}:${entry.client_id}`;

function leaveFlag(): void {
  try {
    localStorage.setItem(FLAG, "1");
  } catch {
    // Then nothing is kept anyway.
  }
}

/** Taps of other sessions or days that were never sent: session ids of this person. */
export async function othersWaiting(owner: string, session: number): Promise<number[]> {
  const all = await careful(() => entries<string, unknown>(store()), []);
  return all
    .filter(([key, value]) => key.startsWith(`queue:${owner}:`) && Array.isArray(value) && value.length > 0)
    .map(([key]) => Number(key.split(":")[2]))
    .filter((pk) => pk !== session);
}

/** Puts this page and its static files where the service worker finds them. */
export async function keepPage(worker: string, scope: string): Promise<void> {
  if (!("serviceWorker" in navigator) || !("caches" in window)) {
    return;
  }
  try {
    await navigator.serviceWorker.register(worker, { scope });
    const cache = await caches.open(KEPT);
    const files = performance
      .getEntriesByType("resource")
      .map((entry) => entry.name)
      .filter((name) => name.startsWith(`${location.origin}/static/`));
    const sprite = document.querySelector<HTMLMetaElement>('meta[name="icon-sprite"]')?.content;
    const wanted = new Set([...files, ...(sprite ? [new URL(sprite, location.href).href] : [])]);
    const page = await fetch(location.pathname, { credentials: "same-origin" });
    if (page.ok && !page.redirected) {
      await cache.put(location.pathname, page);
      await Promise.all([...wanted].map((url) => cache.add(url).catch(() => undefined)));
      document.documentElement.dataset.kept = "page";
    }
  } catch {
    // Without it the page works offline as long as it stays open.
  }
}
