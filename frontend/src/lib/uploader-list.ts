/** A file field with the list of its files: choose or drop several, see each one's progress, act on it. */
import { h, icon } from "./dom";
import { t } from "./i18n";
import { toast } from "./toast";
import { checkOf, createUploader } from "./uploader";
import { Card, stateWords } from "./uploader-card";
import { randomId } from "./uploader-entry";
import type { FileKind, ItemState, UploadItem, UploadList, UploadListOptions, Uploader } from "./uploader-types";

const LABELS: Record<FileKind, [string, string]> = {
  photo: ["选择照片", "Choose photos"],
  video: ["选择视频", "Choose videos"],
  manuscript: ["选择稿件", "Choose manuscripts"],
  coverage: ["选择扫描件或截图", "Choose scans"],
  other: ["选择文件", "Choose files"],
};
/** Said aloud when a file gets there. */
const SAID: readonly ItemState[] = ["refused", "paused", "retrying", "offline", "signed-out", "needs-file", "done", "failed"];
const UNDER_WAY: readonly ItemState[] = ["waiting", "uploading", "retrying", "offline", "elsewhere", "signed-out"];

/** Put a file field and its list into `container`. */
export function mountUploadList(container: HTMLElement, options: UploadListOptions): UploadList {
  const list = new List(container, options);
  return { uploader: list.uploader, destroy: () => list.destroy() };
}

class List {
  readonly uploader: Uploader;
  private readonly cards = new Map<string, Card>();
  private readonly said = new Map<string, ItemState>();
  private readonly input: HTMLInputElement;
  private readonly again: HTMLInputElement;
  private readonly zone: HTMLElement;
  private readonly rows = h("ul", { class: "upload-items", "aria-label": t("已选的文件", "Chosen files") });
  private readonly status = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
  private readonly overall = h("p", { class: "upload-overall-text" });
  private readonly pauseAll = h("button", { type: "button", class: "btn btn-sm btn-outline-secondary" });
  private readonly bar = h("div", { class: "upload-overall", hidden: true }, this.overall, this.pauseAll);
  private readonly listening = new AbortController();
  private wanted = "";

  constructor(
    private readonly container: HTMLElement,
    private readonly options: UploadListOptions,
  ) {
    const check = checkOf(options);
    const accept = options.accept ?? (check ? options.rules.accept[check] : "") ?? "";
    const multiple = options.multiple !== false && options.maxFiles !== 1;
    const id = `upload-${randomId().slice(0, 8)}`;
    const help = options.hint ? `${id}-hint` : null;
    this.input = h("input", { type: "file", id, class: "upload-input", accept, multiple, "aria-describedby": help });
    this.again = h("input", { type: "file", hidden: true, tabindex: "-1", accept, "aria-hidden": "true" });
    const label = options.label ?? t(...LABELS[options.kind]);
    this.zone = h(
      "div",
      { class: "upload-zone" },
      this.input,
      h("label", { class: "btn btn-outline-primary upload-button", for: id }, icon("upload"), h("span", {}, label)),
      h("span", { class: "upload-drop-hint" }, t("或把文件拖到这里", "or drop files here")),
      options.hint && h("p", { class: "upload-hint", id: help }, options.hint),
    );
    container.classList.add("upload-list");
    container.replaceChildren(this.zone, this.again, this.bar, this.rows, this.status);
    this.listen();
    this.uploader = createUploader({
      ...options,
      onItem: (item) => {
        this.show(item);
        options.onItem?.(item);
      },
    });
    this.showOverall();
  }

  destroy(): void {
    this.listening.abort();
    this.uploader.destroy();
    this.container.replaceChildren();
  }

  private listen(): void {
    const { signal } = this.listening;
    this.input.addEventListener("change", () => this.take(this.input), { signal });
    this.again.addEventListener("change", () => this.giveAgain(), { signal });
    this.pauseAll.addEventListener("click", () => this.toggleAll(), { signal });
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes("Files")) {
        event.preventDefault();
        this.zone.classList.toggle("upload-over", event.type === "dragover");
      }
    };
    this.zone.addEventListener("dragover", over, { signal });
    this.zone.addEventListener("dragleave", () => this.zone.classList.remove("upload-over"), { signal });
    this.zone.addEventListener(
      "drop",
      (event) => {
        over(event);
        this.add(Array.from(event.dataTransfer?.files ?? []));
      },
      { signal },
    );
  }

  private take(input: HTMLInputElement): void {
    const files = Array.from(input.files ?? []);
    // Choosing the same file once more shall be a change again.
    input.value = "";
    this.add(files);
  }

  private add(files: File[]): void {
    const room = (this.options.maxFiles ?? Infinity) - this.uploader.items.length;
    if (files.length > room) {
      const text = `最多 ${this.options.maxFiles} 个文件，多出的 ${files.length - Math.max(0, room)} 个没有添加。`;
      const english = `At most ${this.options.maxFiles} files; ${files.length - Math.max(0, room)} were not added.`;
      toast(t(text, english), { level: "warning" });
    }
    const taken = files.slice(0, Math.max(0, room));
    const before = new Set(this.uploader.items.map((item) => item.id));
    void this.uploader.add(taken);
    const items = this.uploader.items.filter((item) => !before.has(item.id));
    void this.preview(items, taken);
  }

  /** One picture after the other: decoding many large photos at once is too much for a phone. */
  private async preview(items: UploadItem[], files: File[]): Promise<void> {
    for (const [index, item] of items.entries()) {
      await this.cards.get(item.id)?.show(files[index] as File);
    }
  }

  private giveAgain(): void {
    const file = this.again.files?.[0];
    const card = this.cards.get(this.wanted);
    const { wanted } = this;
    this.again.value = "";
    if (file) {
      void this.uploader.provide(wanted, file).then((isSame) => isSame && void card?.show(file));
    }
  }

  private show(item: UploadItem): void {
    const card = this.cards.get(item.id);
    if (!this.uploader.items.includes(item)) {
      this.takeAway(item, card);
    } else if (card) {
      card.update();
    } else {
      const made = new Card(item, this.uploader, () => {
        this.wanted = item.id;
        this.again.click();
      });
      this.cards.set(item.id, made);
      this.rows.append(made.element);
    }
    this.say(item);
    this.showOverall();
  }

  /** Remove a card; whoever used its buttons goes on at the next one. */
  private takeAway(item: UploadItem, card: Card | undefined): void {
    if (!card) {
      return;
    }
    const hadFocus = card.element.contains(document.activeElement);
    const neighbour = card.element.nextElementSibling ?? card.element.previousElementSibling;
    card.element.remove();
    this.cards.delete(item.id);
    this.said.delete(item.id);
    if (hadFocus) {
      (neighbour?.querySelector("button") ?? this.input).focus();
    }
  }

  private say(item: UploadItem): void {
    if (this.said.get(item.id) === item.state || !this.cards.has(item.id)) {
      return;
    }
    this.said.set(item.id, item.state);
    if (SAID.includes(item.state)) {
      this.status.textContent = t(`《${item.name}》：${stateWords(item.state)}。`, `${item.name}: ${stateWords(item.state)}.`);
    }
  }

  private showOverall(): void {
    const { items } = this.uploader;
    const moving = items.filter((item) => UNDER_WAY.includes(item.state));
    const paused = items.filter((item) => item.state === "paused");
    const concerned = items.filter((item) => !["refused", "checking"].includes(item.state));
    this.bar.hidden = moving.length + paused.length < 2;
    const done = concerned.filter((item) => item.state === "done").length;
    const total = concerned.reduce((sum, item) => sum + item.size, 0);
    const sent = concerned.reduce((sum, item) => sum + item.sent, 0);
    const percent = total > 0 ? Math.floor((sent / total) * 100) : 0;
    this.overall.textContent = t(
      `已完成 ${done}/${concerned.length} 个文件 · ${percent}%`,
      `${done} of ${concerned.length} files · ${percent}%`,
    );
    const words = moving.length > 0 ? t("全部暂停", "Pause all") : t("全部继续", "Resume all");
    if (this.pauseAll.textContent !== words) {
      this.pauseAll.textContent = words;
    }
  }

  private toggleAll(): void {
    if (this.uploader.items.some((item) => UNDER_WAY.includes(item.state))) {
      this.uploader.pauseAll();
    } else {
      this.uploader.resumeAll();
    }
  }
}
