/** One text field of the form: bound to the store, with 字数, the server's objection, and a colleague's words beside it. */
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import type { Store } from "./store";

export interface FieldOptions {
  label: string;
  /** `area` grows with its text. */
  form?: "line" | "area" | "date" | "number" | "choice" | "url";
  placeholder?: string;
  help?: string;
  rows?: number;
  choices?: { value: string; label: string }[];
  /** Suggestions for a line. */
  list?: string;
  min?: string;
  /** Text beside the label, made anew on every change: 字数. */
  note?: (value: string) => string;
  /** Called when the person has chosen or left the field. */
  onInput?: (value: string) => void;
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;
let numbers = 0;

export class Field {
  readonly element: HTMLElement;
  readonly control: Control;
  private readonly aside = h("div", { class: "field-aside" });
  private readonly noteElement = h("span", { class: "field-note", "aria-live": "off" });
  private readonly plain = h("p", { class: "field-plain" });
  private shown = "";

  constructor(
    private readonly store: Store,
    private readonly item: string | null,
    private readonly name: string,
    private readonly options: FieldOptions,
  ) {
    numbers += 1;
    const id = `field-${numbers}`;
    this.control = makeControl(options, id);
    this.control.addEventListener("input", () => this.typed());
    const label = h("label", { class: "form-label", for: id }, options.label, this.noteElement);
    this.element = h("div", { class: "field", "data-field": name }, label, this.control, this.plain);
    if (options.help) {
      this.element.append(h("div", { class: "form-text" }, options.help));
    }
    this.element.append(this.aside);
  }

  get value(): string {
    return this.control.value;
  }

  set(value: string): void {
    this.control.value = value;
    this.typed();
  }

  private typed(): void {
    this.shown = this.control.value;
    this.grow();
    this.note(this.control.value);
    this.store.type(this.item, this.name, this.control.value);
    this.options.onInput?.(this.control.value);
  }

  /** Show what stands in the report now; what the person is typing at this moment is left alone. */
  update(value: string, editable: boolean): void {
    if (this.control.value !== value && !(document.activeElement === this.control && this.shown === this.control.value && this.waits())) {
      this.control.value = value;
      this.shown = value;
    }
    this.control.hidden = !editable;
    this.plain.hidden = editable;
    if (!editable) {
      this.plain.textContent = this.inWords(value) || "—";
    }
    this.grow();
    this.note(value);
    this.objections();
  }

  private waits(): boolean {
    return this.store.drafts.find(this.item, this.name) !== undefined;
  }

  private inWords(value: string): string {
    return this.options.choices?.find((choice) => choice.value === value)?.label ?? value;
  }

  private note(value: string): void {
    this.noteElement.textContent = this.options.note?.(value) ?? "";
  }

  private grow(): void {
    if (this.options.form === "area" && this.control.isConnected) {
      // By rows, because the content security policy allows no inline style.
      const area = this.control as HTMLTextAreaElement;
      const least = this.options.rows ?? 2;
      area.rows = least;
      const look = getComputedStyle(area);
      const line = parseFloat(look.lineHeight) || 24;
      const padding = parseFloat(look.paddingTop) + parseFloat(look.paddingBottom);
      const wanted = Math.round((area.scrollHeight - padding) / line);
      area.rows = Math.min(Math.max(least, wanted), 24);
    }
  }

  /** What the server would not take, or what a colleague wrote here at the same time. */
  private objections(): void {
    const waiting = this.store.drafts.find(this.item, this.name);
    const wrong = waiting?.problem !== undefined;
    this.element.classList.toggle("field-wrong", wrong);
    this.control.toggleAttribute("aria-invalid", wrong);
    const signature = `${waiting?.problem ?? ""}|${waiting?.theirs ?? ""}`;
    if (this.aside.dataset.signature === signature) {
      return;
    }
    this.aside.dataset.signature = signature;
    this.aside.replaceChildren();
    if (waiting?.problem) {
      this.aside.append(h("p", { class: "field-error", role: "alert" }, icon("exclamation-circle-fill"), waiting.problem));
    }
    if (waiting?.theirs !== undefined) {
      this.aside.append(this.choice(waiting.theirs));
    }
  }

  private choice(theirs: string): HTMLElement {
    const choose = (mine: boolean) => () => {
      if (!mine) {
        this.control.value = theirs;
        this.shown = theirs;
      }
      this.store.choose(this.item, this.name, mine);
    };
    return h(
      "div",
      { class: "field-conflict", role: "alert" },
      h("p", {}, icon("people-fill"), t("同事也改了这一处，他写的是：", "A colleague changed this too and wrote:")),
      h("blockquote", {}, theirs || t("（空）", "(nothing)")),
      h(
        "div",
        { class: "cluster" },
        h("button", { type: "button", class: "btn btn-sm btn-primary", onclick: choose(true) }, t("用我写的", "Use mine")),
        h("button", { type: "button", class: "btn btn-sm btn-outline-primary", onclick: choose(false) }, t("用同事的", "Use theirs")),
      ),
    );
  }
}

function makeControl(options: FieldOptions, id: string): Control {
  const shared = { id, class: "form-control", placeholder: options.placeholder, autocomplete: "off" };
  switch (options.form) {
    case "area":
      return h("textarea", { ...shared, rows: options.rows ?? 2 });
    case "choice": {
      const select = h("select", { id, class: "form-select" });
      for (const choice of [{ value: "", label: t("请选择", "Please choose") }, ...(options.choices ?? [])]) {
        select.append(h("option", { value: choice.value }, choice.label));
      }
      return select;
    }
    case "number":
      return h("input", { ...shared, type: "text", inputmode: "numeric", maxlength: 15 });
    case "date":
      return h("input", { ...shared, type: "date", min: options.min });
    case "url":
      return h("input", { ...shared, type: "url", inputmode: "url" });
    default:
      return h("input", { ...shared, type: "text", list: options.list });
  }
}
