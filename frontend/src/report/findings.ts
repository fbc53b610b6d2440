/** What the judge found, errors first, and remarks of the reviewer: as on the server's pages. */
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import type { Store } from "./store";
import type { Remark, ShownFinding } from "./types";

const LOOKS = {
  error: { icon: "x-circle-fill", word: (): string => t("须改正", "To mend") },
  warning: { icon: "exclamation-triangle-fill", word: (): string => t("请留意", "Please note") },
  advice: { icon: "lightbulb-fill", word: (): string => t("建议", "Advice") },
};

export function findingList(findings: readonly ShownFinding[]): HTMLElement {
  const list = h("ul", { class: "findings" });
  for (const finding of findings) {
    const look = LOOKS[finding.severity] ?? LOOKS.advice;
    list.append(
      h(
        "li",
        { class: `finding finding-${finding.severity}`, "data-code": finding.code },
        icon(look.icon),
        h("div", {}, h("p", {}, h("strong", {}, look.word()), finding.message), finding.todo ? h("p", { class: "finding-todo" }, finding.todo) : null),
      ),
    );
  }
  return list;
}

/** Replace the content of `place` only when what it shows has changed, so that nothing flickers under a finger. */
export function keep(place: HTMLElement, data: unknown, make: () => (HTMLElement | null)[]): void {
  const signature = JSON.stringify(data);
  if (place.dataset.signature !== signature) {
    place.dataset.signature = signature;
    place.replaceChildren(...make().filter((node) => node !== null));
  }
}

/** Remarks with an answer field; `item` null for the whole report. */
export function talk(store: Store, item: string | null, remarks: readonly Remark[]): HTMLElement[] {
  const answer = h("textarea", { class: "form-control", rows: 2, "aria-label": t("回复批注", "Answer") });
  const open = remarks.filter((remark) => !remark.resolved);
  const list = h("ol", { class: "remarks" });
  for (const remark of remarks) {
    const resolve = (): void => void store.act("comment", { resolve: remark.id });
    list.append(
      h(
        "li",
        { class: `remark${remark.resolved ? " remark-resolved" : ""}` },
        h("p", { class: "remark-who" }, icon(remark.resolved ? "check2-circle" : "chat-left-text-fill"), `${remark.who} · ${remark.at}`),
        h("p", {}, remark.text),
        remark.resolved
          ? h("p", { class: "muted" }, t("已处理", "Settled"))
          : h("button", { type: "button", class: "btn btn-sm btn-outline-primary", onclick: resolve }, t("标为已处理", "Mark as settled")),
      ),
    );
  }
  const send = async (): Promise<void> => {
    if (answer.value.trim() && (await store.act("comment", { item, text: answer.value }))) {
      answer.value = "";
    }
  };
  const reply = h(
    "details",
    { class: "remark-reply" },
    h("summary", {}, t("回复", "Answer")),
    answer,
    h("button", { type: "button", class: "btn btn-sm btn-primary", onclick: () => void send() }, t("发送", "Send")),
  );
  return remarks.length ? [list, ...(open.length || item === null ? [reply] : [])] : [];
}
