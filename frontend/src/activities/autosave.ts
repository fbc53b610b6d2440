/** Saves a form by itself: soon after typing stops, when the page is hidden, when the network comes back. */
import { csrfToken } from "../lib/csrf";
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import { fieldsOf, Keeper, offerKept, putBack } from "./keep";

export interface Answer {
  ok: boolean;
  code?: string;
  message?: string;
  version?: number;
  savedAt?: string;
  problems?: Record<string, string>;
  sessions?: Record<string, number>;
  findings?: string;
  errors?: number;
}

export interface AutosaveOptions {
  form: HTMLFormElement;
  /** Where to post, and the page's own address (the name under which text is kept here). */
  save: string;
  page: string;
  signIn: string;
  /** What the server said after a save. */
  onSaved?: (answer: Answer) => void;
  /** Before kept text is put back: make room for it (sessions). */
  beforeRestore?: (fields: [string, string][]) => void;
}

const QUIET = 1500;
const KEEP = 400;
const RETRY = 15000;

export class Autosave {
  private readonly state: HTMLElement;
  private readonly version: HTMLInputElement;
  private readonly keeper: Keeper;
  private timer = 0;
  private keepTimer = 0;
  private saved = "";
  private running: Promise<boolean> | null = null;
  private stopped = false;
  private leaving = false;

  constructor(private readonly options: AutosaveOptions) {
    const { form } = options;
    this.state = form.querySelector<HTMLElement>("[data-save-state]")!;
    this.version = form.querySelector<HTMLInputElement>("[data-version]")!;
    this.keeper = new Keeper(options.page);
    this.saved = this.content();
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", () => this.send());
    window.addEventListener("online", () => this.changed());
    window.addEventListener("offline", () => this.isDirty() && this.say(offlineWords(), "wifi-off"));
    document.addEventListener("visibilitychange", () => document.hidden && this.isDirty() && void this.save());
    window.addEventListener("pagehide", () => this.isDirty() && !this.leaving && this.keep());
    // A page that came back with errors or a conflict holds text that is not saved: keep it, and do not save over others.
    if (document.querySelector("#conflict, .field-wrong")) {
      this.saved = "";
      this.stopped = document.getElementById("conflict") !== null;
      this.keep();
    } else {
      this.offer();
    }
  }

  changed(): void {
    if (!this.isDirty()) {
      return;
    }
    window.clearTimeout(this.keepTimer);
    this.keepTimer = window.setTimeout(() => this.keep(), KEEP);
    if (this.stopped) {
      return;
    }
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.save(), QUIET);
    this.say(t("有改动，稍后自动保存…", "Changed; saving soon…"), "pencil");
  }

  async save(): Promise<void> {
    if (this.running) {
      await this.running;
    }
    if (this.stopped || this.leaving || !this.isDirty()) {
      return;
    }
    this.running = this.post();
    const arrived = await this.running;
    this.running = null;
    // Typed meanwhile: save that too. What did not arrive waits for its own next try, and its words stay.
    if (arrived && this.isDirty() && !this.stopped) {
      this.changed();
    }
  }

  /** Whether the server has the text now. */
  private async post(): Promise<boolean> {
    const content = this.content();
    this.say(t("正在保存…", "Saving…"), "arrow-repeat");
    let answer: Answer;
    try {
      const response = await fetch(this.options.save, {
        method: "POST",
        body: new FormData(this.options.form),
        headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
        credentials: "same-origin",
        signal: AbortSignal.timeout(30000),
      });
      answer = (await response.json()) as Answer;
    } catch {
      this.keep();
      this.say(offlineWords(), "wifi-off");
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.save(), RETRY);
      return false;
    }
    if (answer.ok) {
      return this.took(content, answer);
    }
    this.refused(answer);
    return false;
  }

  private took(content: string, answer: Answer): boolean {
    const problems = answer.problems ?? {};
    this.version.value = String(answer.version ?? this.version.value);
    const before = this.content();
    this.options.onSaved?.(answer);
    // New numbers of sessions are no change of the person's.
    this.saved = before === content ? this.content() : content;
    showProblems(this.options.form, problems);
    if (Object.keys(problems).length > 0) {
      this.keep();
      this.say(t("标红的内容没有保存，请改正。", "What is marked red was not saved; please mend it."), "exclamation-circle-fill");
      return true;
    }
    this.keeper.forget();
    this.say(t(`已保存 ${answer.savedAt ?? ""}`, `Saved ${answer.savedAt ?? ""}`), "check-circle-fill");
    return true;
  }

  private refused(answer: Answer): void {
    this.keep();
    if (answer.code === "too_much") {
      this.timer = window.setTimeout(() => void this.save(), RETRY);
    } else {
      this.stopped = true;
    }
    this.say(answer.message ?? t("没有保存。", "Not saved."), "exclamation-circle-fill");
    const place = document.getElementById("draft-banner");
    if (answer.code === "changed" && place) {
      this.offerConflict(place, answer);
    } else if (answer.code === "signed_out" && place) {
      place.replaceChildren(
        banner(
          answer.message ?? "",
          h("a", { class: "btn btn-primary", href: this.options.signIn }, t("重新登录", "Sign in again")),
        ),
      );
    } else if (place) {
      place.replaceChildren(banner(answer.message ?? ""));
    }
    place?.scrollIntoView({ block: "center" });
  }

  private offerConflict(place: HTMLElement, answer: Answer): void {
    const mine = (): void => {
      this.version.value = String(answer.version ?? "");
      this.stopped = false;
      place.replaceChildren();
      void this.save();
    };
    const theirs = (): void => {
      this.keeper.forget();
      this.leaving = true;
      location.assign(this.options.page);
    };
    place.replaceChildren(
      banner(
        answer.message ?? "",
        h(
          "a",
          { class: "btn btn-outline-primary", href: this.options.page, target: "_blank", rel: "noopener" },
          t("在新窗口看同事的内容", "See the colleague's text in a new window"),
        ),
        h("button", { class: "btn btn-primary", type: "button", onclick: mine }, t("用我的内容替换", "Replace it with mine")),
        h(
          "button",
          { class: "btn btn-outline-secondary", type: "button", onclick: theirs },
          t("放弃我的改动", "Drop my changes"),
        ),
      ),
    );
  }

  private offer(): void {
    const kept = this.keeper.read();
    const place = document.getElementById("draft-banner");
    if (!kept || !place || JSON.stringify(kept.fields) === this.saved) {
      return;
    }
    offerKept(
      place,
      kept,
      () => {
        this.options.beforeRestore?.(kept.fields);
        putBack(this.options.form, kept.fields);
        this.changed();
      },
      () => this.keeper.forget(),
    );
  }

  /** The form goes by itself; text is kept until the next page shows that it arrived. */
  private send(): void {
    window.clearTimeout(this.timer);
    this.keep();
    this.leaving = true;
    sessionStorage.setItem("form-sent", this.options.page);
  }

  private content(): string {
    return JSON.stringify(fieldsOf(this.options.form));
  }

  private isDirty(): boolean {
    return this.content() !== this.saved;
  }

  private keep(): void {
    window.clearTimeout(this.keepTimer);
    this.keeper.write(fieldsOf(this.options.form));
  }

  private say(text: string, symbol: string): void {
    this.state.replaceChildren(icon(symbol), text);
  }
}

/** After a form was sent: the next page without errors means that the server has the text. */
export function settleSent(): void {
  const page = sessionStorage.getItem("form-sent");
  if (page && !document.querySelector("#conflict, .field-wrong")) {
    new Keeper(page).forget();
  }
  sessionStorage.removeItem("form-sent");
}

function offlineWords(): string {
  return t("没有网络，内容已存在本机，联网后自动保存。", "Offline: kept on this device and saved once back online.");
}

function banner(text: string, ...tools: Node[]): HTMLElement {
  return h(
    "div",
    { class: "notice notice-warning", role: "alert" },
    icon("exclamation-triangle-fill"),
    h("div", {}, h("p", {}, text), tools.length > 0 && cluster(tools)),
  );
}

function cluster(tools: Node[]): HTMLElement {
  const line = h("p", { class: "cluster" });
  line.append(...tools);
  return line;
}

/** Sentences beside the fields that were not saved; others are cleared. */
function showProblems(form: HTMLFormElement, problems: Record<string, string>): void {
  form.querySelectorAll("[data-live-error]").forEach((old) => {
    old.closest(".field, .ticks, article, section")?.classList.remove("field-wrong");
    old.remove();
  });
  for (const [name, text] of Object.entries(problems)) {
    const field = form.querySelector<HTMLElement>(`[name="${CSS.escape(name)}"]`);
    const place = field?.closest(".field, .ticks") ?? document.getElementById(name);
    place?.classList.add("field-wrong");
    place?.append(h("p", { class: "field-error", "data-live-error": true }, icon("exclamation-circle-fill"), text));
    field?.closest("details")?.setAttribute("open", "");
  }
}
