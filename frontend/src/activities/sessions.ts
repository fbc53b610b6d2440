/** The list of sessions in the activity's form: add, copy, remove with undo; fields that do not apply are hidden. */
import { t } from "../lib/i18n";
import { toast } from "../lib/toast";
import { mountPlace, type District } from "./place";

const NUMBERED = /^sessions-(\d+|__prefix__)-/;

export class Sessions {
  private readonly list: HTMLElement;
  private readonly template: HTMLTemplateElement;
  private readonly total: HTMLInputElement;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly districts: District[],
    private readonly changed: () => void,
  ) {
    this.list = form.querySelector<HTMLElement>("[data-sessions]")!;
    this.template = document.getElementById("session-template") as HTMLTemplateElement;
    this.total = form.querySelector<HTMLInputElement>('[name="sessions-TOTAL_FORMS"]')!;
    this.cards().forEach((card) => this.mount(card));
    form.querySelector("[data-add-session]")?.addEventListener("click", () => {
      const card = this.add();
      this.changed();
      card.querySelector<HTMLElement>('[name$="-day"]')?.focus();
    });
    this.number();
  }

  /** Enough cards for kept text that is about to be put back. */
  makeRoom(fields: [string, string][]): void {
    const kept = Number(fields.find(([name]) => name === "sessions-TOTAL_FORMS")?.[1] ?? 0);
    while (Number(this.total.value) < kept) {
      this.add();
    }
  }

  /** The numbers that the server gave new sessions, so that the next save changes them instead of adding them again. */
  took(numbers: Record<string, number>): void {
    for (const [prefix, pk] of Object.entries(numbers)) {
      const field = this.form.querySelector<HTMLInputElement>(`[name="${CSS.escape(prefix)}-id"]`);
      if (field) {
        field.value = String(pk);
      }
    }
  }

  /** After text was put back: what is ticked decides what shows. */
  refresh(): void {
    this.cards().forEach((card) => {
      card.hidden = deletion(card).checked;
      fit(card);
    });
    this.number();
  }

  private cards(): HTMLElement[] {
    return Array.from(this.list.querySelectorAll<HTMLElement>("[data-session]"));
  }

  private add(): HTMLElement {
    const number = Number(this.total.value);
    const piece = this.template.content.cloneNode(true) as DocumentFragment;
    const card = piece.querySelector<HTMLElement>("[data-session]")!;
    for (const element of Array.from(card.querySelectorAll<HTMLElement>("*"))) {
      for (const name of ["name", "id", "for", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value?.includes("__prefix__")) {
          element.setAttribute(name, value.replaceAll("__prefix__", String(number)));
        }
      }
    }
    this.total.value = String(number + 1);
    this.list.append(card);
    this.mount(card);
    this.number();
    return card;
  }

  private copy(source: HTMLElement): void {
    const card = this.add();
    source.after(card);
    const from = new Map(fields(source).map((field) => [bare(field.name), field]));
    for (const field of fields(card)) {
      const original = from.get(bare(field.name));
      if (!original || bare(field.name) === "id" || bare(field.name) === "DELETE") {
        continue;
      }
      field.value = original.value;
      if (field instanceof HTMLInputElement && original instanceof HTMLInputElement) {
        field.checked = original.checked;
      }
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    fit(card);
    this.number();
    this.changed();
    card.scrollIntoView({ block: "start", behavior: "smooth" });
    card.querySelector<HTMLElement>('[name$="-day"]')?.focus({ preventScroll: true });
  }

  private remove(card: HTMLElement): void {
    const box = deletion(card);
    box.checked = true;
    card.hidden = true;
    this.number();
    this.changed();
    toast(t("已移除这一场。", "The session was removed."), {
      undo: () => {
        box.checked = false;
        card.hidden = false;
        // The server may have taken it out meanwhile: then it comes back as a new one.
        this.number();
        this.changed();
      },
    });
  }

  private mount(card: HTMLElement): void {
    card.querySelector("[data-copy-session]")?.addEventListener("click", () => this.copy(card));
    card.querySelector("[data-remove-session]")?.addEventListener("click", () => this.remove(card));
    card.addEventListener("change", () => fit(card));
    card.hidden = deletion(card).checked;
    fit(card);
    mountPlace(card, this.districts);
  }

  private number(): void {
    const shown = this.cards().filter((card) => !card.hidden);
    shown.forEach((card, index) => {
      card.querySelector("[data-session-title]")!.textContent = t(`第${index + 1}场`, `Session ${index + 1}`);
    });
    const empty = this.form.querySelector<HTMLElement>("[data-no-session]");
    if (empty) {
      empty.hidden = shown.length > 0;
    }
    const count = document.querySelector("[data-session-count]");
    if (count) {
      count.textContent = shown.length > 0 ? String(shown.length) : "";
    }
  }
}

function fields(card: HTMLElement): (HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement)[] {
  return Array.from(card.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input[name], select[name], textarea[name]"));
}

function bare(name: string): string {
  return name.replace(NUMBERED, "");
}

function deletion(card: HTMLElement): HTMLInputElement {
  return card.querySelector<HTMLInputElement>('[name$="-DELETE"]')!;
}

/** Hides what the ticks make pointless; hidden fields keep their text. */
function fit(card: HTMLElement): void {
  const on = (name: string): boolean => card.querySelector<HTMLInputElement>(`[name$="-${name}"]`)?.checked ?? false;
  const show = (part: string, visible: boolean): void => {
    const place = card.querySelector<HTMLElement>(`[data-part="${part}"]`);
    if (place) {
      place.hidden = !visible;
    }
  };
  show("time", !on("time_open"));
  show("online", on("is_online"));
  show("place", !on("place_open"));
  const booking = card.querySelector<HTMLSelectElement>('[name$="-booking"]')?.value ?? "none";
  show("booking", booking !== "none" && booking !== "");
}
