/** What is typed into a form is kept in this browser until the server has it, so that a dead battery loses nothing. */
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";

export interface Kept {
  at: number;
  fields: [string, string][];
}

/** Older ones are nobody's any more. */
const DAYS = 14;
const DAY = 24 * 3600 * 1000;

export class Keeper {
  private readonly key: string;

  constructor(address: string) {
    this.key = `form:${address}`;
  }

  read(): Kept | null {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? "null") as Kept | null;
      return kept && Date.now() - kept.at < DAYS * DAY ? kept : null;
    } catch {
      return null;
    }
  }

  write(fields: [string, string][]): void {
    try {
      localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), fields } satisfies Kept));
    } catch {
      // Private mode or full: the page itself still holds the text.
    }
  }

  forget(): void {
    localStorage.removeItem(this.key);
  }
}

/** The form's fields as pairs, without the token and files. */
export function fieldsOf(form: HTMLFormElement): [string, string][] {
  const pairs: [string, string][] = [];
  for (const [name, value] of new FormData(form).entries()) {
    if (typeof value === "string" && name !== "csrfmiddlewaretoken" && name !== "version") {
      pairs.push([name, value]);
    }
  }
  return pairs;
}

/** Puts kept pairs back into the form; what was ticked then is ticked now, nothing else. */
export function putBack(form: HTMLFormElement, fields: [string, string][]): void {
  const values = new Map<string, string[]>();
  for (const [name, value] of fields) {
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  for (const element of Array.from(form.elements)) {
    if (element instanceof HTMLInputElement && (element.type === "checkbox" || element.type === "radio")) {
      element.checked = (values.get(element.name) ?? []).includes(element.value);
    } else if (element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement || isText(element)) {
      const given = values.get(element.name);
      if (given && element.name !== "version" && element.name !== "csrfmiddlewaretoken") {
        element.value = given[0]!;
        element.dispatchEvent(new Event("change", { bubbles: true }));
      }
    }
  }
}

function isText(element: Element): element is HTMLInputElement {
  return element instanceof HTMLInputElement && element.type !== "submit" && element.type !== "button";
}

/** 「本机有一份没有保存的内容」, with the choice. */
export function offerKept(place: HTMLElement, kept: Kept, restore: () => void, discard: () => void): void {
  const when = new Date(kept.at).toLocaleString(document.documentElement.lang, {
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  const close = (then: () => void) => () => {
    place.replaceChildren();
    then();
  };
  place.replaceChildren(
    h(
      "div",
      { class: "notice notice-info", role: "status" },
      icon("info-circle-fill"),
      h(
        "div",
        {},
        h("p", {}, t(`本机有一份没有保存的内容（${when}）。`, `This device holds text that was not saved (${when}).`)),
        h(
          "p",
          { class: "cluster" },
          h("button", { class: "btn btn-primary", type: "button", onclick: close(restore) }, t("恢复", "Restore")),
          h("button", { class: "btn btn-outline-secondary", type: "button", onclick: close(discard) }, t("丢弃", "Discard")),
        ),
      ),
    ),
  );
}
