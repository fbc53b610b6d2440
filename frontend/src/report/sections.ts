/** The sections of the form: their cards in order, ways to add material, counts in the jump bar. */
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import { mountUploadList } from "../lib/uploader-list";
import type { FileKind, UploadList } from "../lib/uploader-types";
import { offerBulkCaptions } from "./bulk";
import { Card } from "./cards";
import type { Store } from "./store";
import type { Item, Kind, ReportState } from "./types";

const UPLOADS: Record<Exclude<Kind, "coverage">, { kind: FileKind; label: () => string; hint: () => string }> = {
  photo: {
    kind: "photo",
    label: () => t("添加照片", "Add photos"),
    hint: () => t("可以一次选多张，请从相册选原图", "Several at once; choose originals from the album"),
  },
  video: { kind: "video", label: () => t("添加视频", "Add a video"), hint: () => t("断网也会接着传", "Goes on after an interruption") },
  manuscript: { kind: "manuscript", label: () => t("上传文稿", "Upload a manuscript"), hint: () => t("Word（docx）、txt 或 md", "Word (docx), txt or md") },
  case: { kind: "manuscript", label: () => t("上传案例", "Upload a case"), hint: () => t("Word（docx）、txt 或 md", "Word (docx), txt or md") },
};

export class Section {
  private readonly cards = new Map<string, Card>();
  private readonly items: HTMLElement;
  private readonly add: HTMLElement;
  private readonly tools: HTMLElement;
  private readonly empty = h("p", { class: "muted section-empty" }, t("还没有添加", "Nothing yet"));
  private readonly bulk: HTMLElement | null;
  private readonly list: UploadList | null = null;
  private fresh = "";

  constructor(
    private readonly store: Store,
    readonly kind: Kind,
    root: HTMLElement,
  ) {
    const part = (name: string): HTMLElement => root.querySelector<HTMLElement>(`[data-${name}]`)!;
    this.items = part("items");
    this.add = part("add");
    this.tools = part("tools");
    this.bulk = kind === "photo" ? this.bulkButton() : null;
    if (store.editable) {
      this.list = this.mountAdding();
    }
  }

  /** How many files of this section are still on their way. */
  get pending(): number {
    const moving = (this.list?.uploader.items ?? []).filter((item) => !["done", "failed", "refused"].includes(item.state));
    return moving.length;
  }

  update(state: ReportState): void {
    const mine = state.items.filter((item) => item.kind === this.kind);
    const there = new Set(mine.map((item) => item.id));
    for (const [id, card] of this.cards) {
      if (!there.has(id)) {
        card.element.remove();
        this.cards.delete(id);
      }
    }
    mine.forEach((item, place) => this.place(item, place, state.editable));
    this.empty.hidden = mine.length > 0;
    if (!this.empty.isConnected) {
      this.items.after(this.empty);
    }
    this.add.hidden = !state.editable;
    if (this.bulk) {
      this.bulk.hidden = !state.editable || mine.length < 2;
    }
    const count = document.querySelector<HTMLElement>(`[data-count="${this.kind}"]`);
    if (count) {
      count.textContent = mine.length ? String(mine.length) : "";
      count.hidden = mine.length === 0;
    }
  }

  private place(item: Item, place: number, editable: boolean): void {
    let card = this.cards.get(item.id);
    if (!card) {
      card = new Card(this.store, item.id, this.kind, (id, by) => this.move(id, by));
      this.cards.set(item.id, card);
    }
    if (this.items.children[place] !== card.element) {
      this.items.insertBefore(card.element, this.items.children[place] ?? null);
    }
    card.update(item, editable);
    if (item.id === this.fresh) {
      this.fresh = "";
      card.element.querySelector<HTMLElement>("input, textarea")?.focus();
    }
  }

  private move(id: string, by: number): void {
    const order = this.store.state.items.filter((item) => item.kind === this.kind).map((item) => item.id);
    const from = order.indexOf(id);
    const to = from + by;
    if (from < 0 || to < 0 || to >= order.length) {
      return;
    }
    order.splice(to, 0, ...order.splice(from, 1));
    this.store.order(this.kind, order);
    const label = by < 0 ? t("上移", "Move up") : t("下移", "Move down");
    this.cards.get(id)?.element.querySelector<HTMLElement>(`[aria-label="${label}"]`)?.focus();
  }

  private bulkButton(): HTMLElement {
    const open = (): void => offerBulkCaptions(this.store);
    const button = h("button", { type: "button", class: "btn btn-sm btn-outline-primary", onclick: open }, icon("card-list"), t("批量写说明", "Captions in bulk"));
    this.tools.append(button);
    return button;
  }

  private mountAdding(): UploadList | null {
    if (this.kind === "coverage") {
      this.add.append(this.addButton(t("添加一篇报道", "Add a media report")));
      return null;
    }
    const { settings } = this.store;
    const words = UPLOADS[this.kind];
    const place = h("div", {});
    this.add.append(place);
    if (this.kind === "manuscript" || this.kind === "case") {
      this.add.append(this.addButton(t("直接填写或粘贴", "Type or paste")));
    }
    return mountUploadList(place, {
      ...settings.uploads,
      kind: words.kind,
      scope: `report:${settings.organisation}:${settings.day}:${this.kind}`,
      purpose: (_file, clientId) => ({ day: settings.day, section: this.kind, client_id: clientId }),
      keepDone: false,
      label: words.label(),
      hint: words.hint(),
      onDone: () => void this.store.refresh(),
    });
  }

  private addButton(label: string): HTMLElement {
    const add = (): void => {
      this.fresh = this.store.add(this.kind);
      this.update(this.store.state);
    };
    return h("button", { type: "button", class: "btn btn-outline-primary", onclick: add }, icon("plus-lg"), label);
  }
}
