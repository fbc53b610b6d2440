/** One piece of material in the form. A card is made once and then updated, so that nobody is thrown out of a field. */
import { h, icon } from "../lib/dom";
import { clockTime, fileSize } from "../lib/format";
import { t } from "../lib/i18n";
import { toast } from "../lib/toast";
import { CoveragePart } from "./coverage";
import { Field } from "./fields";
import { findingList, keep, talk } from "./findings";
import type { Store } from "./store";
import type { FileInfo, Item, Kind } from "./types";
import { countWords } from "./words";

export class Card {
  readonly element: HTMLElement;
  readonly captionField: Field | null = null;
  private readonly thumb = h("a", { class: "file-thumb", target: "_blank", rel: "noopener" });
  private readonly facts = h("p", { class: "file-facts" });
  private readonly name = h("p", { class: "file-name" });
  private readonly tools = h("div", { class: "card-tools" });
  private readonly body = h("div", { class: "card-body wide" });
  private readonly findings = h("div", { class: "wide" });
  private readonly remarks = h("div", { class: "wide" });
  private readonly fields: Field[] = [];
  private readonly coverage: CoveragePart | null = null;

  constructor(
    private readonly store: Store,
    readonly id: string,
    readonly kind: Kind,
    private readonly move: (id: string, by: number) => void,
  ) {
    const head = h("div", { class: "card-head" }, this.name, this.facts);
    this.element = h("article", { class: `file-card report-card report-card-${kind}`, id: `item-${id}`, "data-item": id });
    this.makeTools();
    if (kind === "photo" || kind === "video") {
      this.element.append(this.thumb);
    }
    this.element.append(head, this.tools, this.body, this.findings, this.remarks);
    if (kind === "photo" || kind === "video") {
      this.captionField = new Field(store, id, "caption", {
        label: t("文字说明", "Caption"),
        form: "area",
        rows: 1,
        placeholder: kind === "photo" ? t("时间、地点、人物、内容", "When, where, who, what") : t("这段视频拍的是什么", "What the video shows"),
      });
      this.fields.push(this.captionField);
    } else if (kind === "coverage") {
      this.coverage = new CoveragePart(store, id);
      this.body.append(this.coverage.element);
    } else {
      this.makeTextFields();
    }
    this.body.append(...this.fields.map((field) => field.element));
  }

  private makeTextFields(): void {
    const rules = this.store.settings.uploads.rules;
    this.fields.push(
      new Field(this.store, this.id, "title", { label: t("标题", "Title") }),
      new Field(this.store, this.id, "text", {
        label: t("正文", "Text"),
        form: "area",
        rows: 5,
        placeholder: t("可以直接粘贴", "Paste it here"),
        note: (value) => t(`${countWords(value, rules)} 字`, `${countWords(value, rules)} words`),
      }),
      new Field(this.store, this.id, "source", {
        label: t("引用来源（没有引用可不填）", "Source of quotations (if any)"),
        placeholder: t("例如：厦门日报，2023年5月15日", "For example: Xiamen Daily, 15 May 2023"),
      }),
    );
  }

  private makeTools(): void {
    const tool = (label: string, name: string, act: () => void): HTMLElement =>
      h("button", { type: "button", class: "btn btn-icon", "aria-label": label, title: label, onclick: act }, icon(name));
    if (this.kind === "photo" || this.kind === "video") {
      this.tools.append(tool(t("上移", "Move up"), "arrow-up", () => this.move(this.id, -1)), tool(t("下移", "Move down"), "arrow-down", () => this.move(this.id, 1)));
    }
    this.tools.append(tool(t("移除", "Remove"), "trash", () => this.remove()));
  }

  private remove(): void {
    this.store.remove(this.id);
    toast(t("已移除。", "Removed."), { level: "info", undo: () => this.store.restore(this.id) });
  }

  update(item: Item, editable: boolean): void {
    this.tools.hidden = !editable;
    this.showFile(item);
    for (const field of this.fields) {
      const name = field.element.dataset.field ?? "";
      field.update(item.values[name] ?? "", editable);
      if (item.file && name === "text") {
        // The text is in the file; typing it again would only confuse.
        field.element.hidden = !item.values.text;
      }
    }
    this.coverage?.update(item, editable);
    const untouched = isUntouched(item);
    keep(this.findings, untouched ? [] : item.findings, () => (untouched || !item.findings.length ? [] : [findingList(item.findings)]));
    keep(this.remarks, item.comments, () => talk(this.store, this.id, item.comments));
    this.element.classList.toggle("has-error", !untouched && item.findings.some((finding) => finding.severity === "error"));
  }

  private showFile(item: Item): void {
    const file = item.file;
    if (this.kind === "coverage") {
      this.name.textContent = item.values.title || item.values.outlet || t("一篇报道", "A media report");
      return;
    }
    this.name.textContent = file?.name ?? (item.values.title || t("直接填写的文稿", "Typed text"));
    keep(this.facts, [file, item.words], () => [h("span", {}, factsOf(file, item.words, this.kind))]);
    if (file) {
      this.thumb.href = file.large || file.url;
      keep(this.thumb, [file.thumb, file.state], () => [picture(file)]);
      if (this.kind === "manuscript" || this.kind === "case") {
        keep(this.name, [file.name], () => [h("a", { href: `${file.url}?download` }, file.name)]);
      }
    }
  }
}

function picture(file: FileInfo): HTMLElement {
  if (file.thumb) {
    return h("img", { src: file.thumb, alt: file.name, loading: "lazy", width: 72, height: 72 });
  }
  const waiting = file.state === "checking";
  const label = waiting ? t("检查中", "Checking") : t("没有预览", "No preview");
  const holder = h("span", { class: "thumb-wait" });
  holder.append(icon(waiting ? "hourglass-split" : "file-earmark", label));
  return holder;
}

function factsOf(file: FileInfo | null, words: number, kind: Kind): string {
  const parts: string[] = [];
  if (file) {
    parts.push(fileSize(file.size));
    if (file.width) {
      parts.push(`${file.width}×${file.height}`);
    }
    if (file.duration) {
      parts.push(clockTime(file.duration));
    }
    if (file.state === "checking") {
      parts.push(t("检查中…", "checking…"));
    }
  }
  if (file && (kind === "manuscript" || kind === "case")) {
    parts.push(t(`${words} 字`, `${words} words`));
  }
  return parts.join(" · ");
}

/** A text that was just added and holds nothing yet: no need to say that it is too short. */
function isUntouched(item: Item): boolean {
  return !item.file && !item.photo && Object.values(item.values).every((value) => value === "");
}
