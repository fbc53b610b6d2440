/** The fields of one media report, its scan and its photo (C5). */
import { h, icon } from "../lib/dom";
import { fileSize } from "../lib/format";
import { t } from "../lib/i18n";
import { mountUploadList } from "../lib/uploader-list";
import type { UploadList } from "../lib/uploader-types";
import { Field } from "./fields";
import { keep } from "./findings";
import type { Store } from "./store";
import type { FileInfo, Item } from "./types";
import { countWords } from "./words";

const OUTLETS = "known-outlets";

export class CoveragePart {
  readonly element: HTMLElement;
  private readonly fields: Field[];
  private readonly level: Field;
  private readonly slots: Slot[];

  constructor(
    private readonly store: Store,
    id: string,
  ) {
    const { settings } = store;
    this.knowOutlets();
    this.level = new Field(store, id, "level", { label: t("媒体级别", "Level"), form: "choice", choices: settings.levels });
    const outlet = new Field(store, id, "outlet", {
      label: t("媒体名称", "Outlet"),
      list: OUTLETS,
      onInput: (value) => this.guessLevel(value),
    });
    this.fields = [
      outlet,
      this.level,
      new Field(store, id, "title", { label: t("报道标题", "Headline") }),
      new Field(store, id, "published_on", { label: t("发布日期", "Published on"), form: "date", min: settings.firstDay }),
      new Field(store, id, "link", { label: t("链接（选填）", "Link (optional)"), form: "url", placeholder: "https://" }),
      new Field(store, id, "text", {
        label: t("文稿电子版", "Text of the report"),
        form: "area",
        rows: 3,
        placeholder: t("把报道全文粘贴在这里", "Paste the whole report here"),
        note: (value) => t(`${countWords(value, settings.uploads.rules)} 字`, `${countWords(value, settings.uploads.rules)} words`),
      }),
    ];
    this.slots = [
      new Slot(store, id, "file", "coverage_scan", t("扫描件或截图", "Scan or screenshot")),
      new Slot(store, id, "photo_file", "coverage_photo", t("报道所附照片", "Photo with the report")),
    ];
    this.element = h(
      "div",
      { class: "coverage-part" },
      h("div", { class: "coverage-fields" }, ...this.fields.map((field) => field.element)),
      h("div", { class: "coverage-slots" }, ...this.slots.map((slot) => slot.element)),
    );
  }

  update(item: Item, editable: boolean): void {
    for (const field of this.fields) {
      field.update(item.values[field.element.dataset.field ?? ""] ?? "", editable);
    }
    this.slots[0]!.update(item.file, editable);
    this.slots[1]!.update(item.photo, editable);
  }

  /** A known outlet brings its level along; a level that was chosen stays. */
  private guessLevel(name: string): void {
    const known = this.store.settings.outlets.find((outlet) => outlet.name === name.trim());
    if (known && !this.level.value) {
      this.level.set(known.level);
    }
  }

  private knowOutlets(): void {
    if (!document.getElementById(OUTLETS)) {
      const list = h("datalist", { id: OUTLETS });
      this.store.settings.outlets.forEach((outlet) => list.append(h("option", { value: outlet.name })));
      document.body.append(list);
    }
  }
}

/** One file that belongs to the report: shown when it is there, else a place to add it. */
class Slot {
  readonly element: HTMLElement;
  private readonly shown = h("div", { class: "slot-file" });
  private readonly adding = h("div", { class: "slot-add" });
  private list: UploadList | null = null;

  constructor(
    private readonly store: Store,
    private readonly id: string,
    private readonly slot: "file" | "photo_file",
    private readonly section: string,
    private readonly label: string,
  ) {
    this.element = h("div", { class: "slot", "data-slot": section }, h("p", { class: "form-label" }, label), this.shown, this.adding);
  }

  update(file: FileInfo | null, editable: boolean): void {
    this.adding.hidden = file !== null || !editable;
    if (!this.adding.hidden && !this.list) {
      this.mount();
    }
    keep(this.shown, [file, editable], () => (file ? [this.fileLine(file, editable)] : editable ? [] : [h("p", { class: "muted" }, "—")]));
  }

  private fileLine(file: FileInfo, editable: boolean): HTMLElement {
    const remove = (): void => void this.store.act("detach", { item: this.id, slot: this.slot });
    return h(
      "div",
      { class: "slot-line" },
      file.thumb ? h("img", { src: file.thumb, alt: "", width: 56, height: 56 }) : icon("file-earmark-check"),
      h("a", { href: file.large || file.url, target: "_blank", rel: "noopener" }, file.name),
      h("span", { class: "muted" }, fileSize(file.size)),
      editable ? h("button", { type: "button", class: "btn btn-sm btn-link", onclick: remove }, t("换一个", "Replace")) : null,
    );
  }

  private mount(): void {
    const { settings } = this.store;
    this.list = mountUploadList(this.adding, {
      ...settings.uploads,
      kind: "coverage",
      check: this.slot === "file" ? "scan" : null,
      accept: this.slot === "file" ? undefined : "image/*",
      scope: `report:${settings.organisation}:${settings.day}:${this.section}:${this.id}`,
      purpose: (_file, clientId) => ({ day: settings.day, section: this.section, client_id: clientId, item: this.id }),
      multiple: false,
      keepDone: false,
      label: this.label,
      onDone: () => void this.store.refresh(),
    });
  }
}
