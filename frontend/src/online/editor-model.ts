/** The tour being made: its scenes, undo and redo, saving by itself. */
import { csrfToken } from "../lib/csrf";
import { t } from "../lib/i18n";
import type { ShownSpot, Size } from "./types";

export interface Spot {
  key: string;
  kind: ShownSpot["kind"];
  pitch: number;
  yaw: number;
  title: string;
  text: string;
  asset: string | null;
  scene: string;
  url: string;
}

export interface Scene {
  key: string;
  panorama: string;
  name: string;
  text: string;
  pitch: number;
  yaw: number;
  hfov: number;
  hotspots: Spot[];
}

export interface Panorama {
  id: string;
  name: string;
  state: "waiting" | "ready" | "refused";
  problem: string;
  width: number;
  height: number;
  sizes: Size[];
}

/** `online/views/panels.py` writes it. */
export interface EditorData {
  save: string;
  remove: string;
  tour: number;
  revision: number;
  scenes: Scene[];
  panoramas: Panorama[];
  maxScenes: number;
  maxBytes: number;
  minWidth: number;
  labels: Record<Spot["kind"], string>;
  icons: Record<Spot["kind"], string>;
  hosts: string[];
}

const PAUSE = 1000;
const AGAIN = 8000;
const MOST = 100;

/** A short name for a new scene or hotspot. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(4)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Model {
  scenes: Scene[];
  private revision: number;
  private past: string[] = [];
  private future: string[] = [];
  private merging = "";
  private timer = 0;
  private saved: string;
  private isSaving = false;
  private isStopped = false;

  constructor(
    private readonly data: EditorData,
    /** Everything is to be drawn again. */
    private readonly redraw: () => void,
    private readonly say: (text: string, isError?: boolean) => void,
    private readonly arrived: (revision: number) => void,
  ) {
    this.scenes = data.scenes;
    this.revision = data.revision;
    this.saved = JSON.stringify(this.scenes);
    window.addEventListener("beforeunload", (event) => this.isDirty && event.preventDefault());
    window.addEventListener("online", () => this.soon(0));
  }

  get isDirty(): boolean {
    return JSON.stringify(this.scenes) !== this.saved;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  /** Change the scenes. Changes with the same `merge` in a row are one step back; `quietly` draws nothing again. */
  change(run: (scenes: Scene[]) => void, { merge = "", quietly = false } = {}): void {
    const before = JSON.stringify(this.scenes);
    run(this.scenes);
    if (JSON.stringify(this.scenes) === before) {
      return;
    }
    if (!merge || merge !== this.merging) {
      this.past = [...this.past, before].slice(-MOST);
    }
    this.merging = merge;
    this.future = [];
    if (!quietly) {
      this.redraw();
    }
    this.later();
  }

  undo(): void {
    this.step(this.past, this.future);
  }

  redo(): void {
    this.step(this.future, this.past);
  }

  private step(from: string[], to: string[]): void {
    const there = from.pop();
    if (there === undefined) {
      return;
    }
    to.push(JSON.stringify(this.scenes));
    this.scenes = JSON.parse(there) as Scene[];
    this.merging = "";
    this.redraw();
    this.later();
  }

  private later(): void {
    if (!this.isStopped) {
      this.say(t("有改动，马上保存…", "Changes are about to be saved…"));
      this.soon(PAUSE);
    }
  }

  private soon(wait: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), wait);
  }

  /** Save now. Nothing is sent twice at once; what changed meanwhile goes with the next. */
  async save(): Promise<void> {
    if (this.isStopped || this.isSaving || !this.isDirty) {
      return;
    }
    this.isSaving = true;
    this.say(t("正在保存…", "Saving…"));
    const sent = JSON.stringify(this.scenes);
    try {
      const response = await fetch(this.data.save, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify({ revision: this.revision, scenes: this.scenes }),
      });
      const answer = (await response.json()) as { revision?: number; message?: string };
      if (response.ok && answer.revision !== undefined) {
        this.revision = answer.revision;
        this.saved = sent;
        this.say(t("已保存", "Saved"));
        this.arrived(this.revision);
      } else {
        // Trying the same again would not help; after a conflict nothing of a colleague's is overwritten.
        this.isStopped = response.status === 409 || response.status === 403;
        this.say(answer.message || t("没有保存成功。", "Saving failed."), true);
      }
    } catch {
      this.say(t("网络断开了，连上后会自动保存。", "There is no network. It will be saved once you are connected."), true);
      this.soon(AGAIN);
      this.isSaving = false;
      return;
    }
    this.isSaving = false;
    if (this.isDirty && JSON.stringify(this.scenes) !== sent) {
      this.soon(PAUSE);
    }
  }
}
