/** What is typed is kept in this browser until it is saved, so that a dead battery or network loses nothing. */
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";

interface Kept {
  html: string;
  at: number;
}

const PREFIX = "rich-text:";
const SENT = "rich-text-sent";
const DELAY = 600;
/** Older drafts are nobody's any more. */
const DAYS = 14;

/** The words and files of a text, without what the server may write differently. */
function substance(html: string): string {
  const page = new DOMParser().parseFromString(html, "text/html");
  const files = Array.from(page.querySelectorAll("[data-asset]")).map((one) => one.getAttribute("data-asset"));
  return `${page.body.textContent?.replace(/\s+/g, "")}|${files.join()}`;
}

export class Draft {
  private timer = 0;
  private readonly key: string;

  constructor(
    owner: string,
    name: string,
    private readonly read: () => string,
  ) {
    this.key = `${PREFIX}${owner}:${location.pathname}:${name}`;
    window.addEventListener("pagehide", () => this.timer && this.write());
    document.addEventListener("visibilitychange", () => document.hidden && this.timer && this.write());
  }

  /** Something was typed. */
  changed(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.write(), DELAY);
  }

  /** The form is on its way; if the next page is another one, it arrived. */
  sent(): void {
    this.write();
    const keys = [...sentKeys(), this.key];
    sessionStorage.setItem(SENT, JSON.stringify(keys));
  }

  private write(): void {
    window.clearTimeout(this.timer);
    this.timer = 0;
    try {
      localStorage.setItem(this.key, JSON.stringify({ html: this.read(), at: Date.now() } satisfies Kept));
    } catch {
      // Private mode or full: the page itself still holds the text.
    }
  }

  forget(): void {
    window.clearTimeout(this.timer);
    this.timer = 0;
    localStorage.removeItem(this.key);
  }

  /** A bar that offers what was kept and differs from `present`; null when there is nothing of the kind. */
  offer(present: string, restore: (html: string) => void): HTMLElement | null {
    const kept = this.kept();
    if (!kept || !kept.html || substance(kept.html) === substance(present)) {
      return null;
    }
    const when = new Date(kept.at).toLocaleString(document.documentElement.lang, {
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
    });
    const words = t(`这台设备上有 ${when} 写下而没有保存的内容。`, `This device holds text of ${when} that was not saved.`);
    const use = (): void => {
      bar.remove();
      restore(kept.html);
    };
    const drop = (): void => {
      bar.remove();
      this.forget();
    };
    const bar = h(
      "div",
      { class: "rt-restore", role: "status" },
      icon("clock-history"),
      h("p", {}, words),
      h("button", { type: "button", class: "btn btn-sm btn-primary", onclick: use }, t("恢复", "Restore")),
      h("button", { type: "button", class: "btn btn-sm btn-outline-secondary", onclick: drop }, t("不需要", "Discard")),
    );
    return bar;
  }

  private kept(): Kept | null {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? "null") as Kept | null;
      return kept && Date.now() - kept.at < DAYS * 86_400_000 ? kept : null;
    } catch {
      return null;
    }
  }
}

function sentKeys(): string[] {
  try {
    return JSON.parse(sessionStorage.getItem(SENT) ?? "[]") as string[];
  } catch {
    return [];
  }
}

/** At the start of a page: what was sent from another page and led here has been saved; very old drafts go. */
export function settleDrafts(): void {
  for (const key of sentKeys()) {
    if (!key.includes(`:${location.pathname}:`)) {
      localStorage.removeItem(key);
    }
  }
  sessionStorage.removeItem(SENT);
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
    try {
      const kept = JSON.parse(localStorage.getItem(key) ?? "null") as Kept | null;
      if (!kept || Date.now() - kept.at > DAYS * 86_400_000) {
        localStorage.removeItem(key);
      }
    } catch {
      localStorage.removeItem(key);
    }
  }
}
