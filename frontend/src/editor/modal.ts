/** A dialog of the page with a heading, a body and buttons; it goes away when it is closed. */
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";

let count = 0;

export interface Modal {
  dialog: HTMLDialogElement;
  body: HTMLElement;
  foot: HTMLElement;
  /** Close with a result; without one it was given up. */
  close: (result?: string) => void;
}

/** Open a dialog; `done` is told the result of `close`, "" when it was given up. Focus returns to where it was. */
export function openModal(title: string, css: string, done: (result: string) => void): Modal {
  count += 1;
  const id = `rt-modal-${count}`;
  const before = document.activeElement as HTMLElement | null;
  const shut = h(
    "button",
    { type: "button", class: "rt-modal-close", "aria-label": t("关闭", "Close") },
    icon("x-lg"),
  );
  const body = h("div", { class: "rt-modal-body" });
  const foot = h("div", { class: "rt-modal-foot" });
  const head = h("div", { class: "rt-modal-head" }, h("h2", { id, tabindex: "-1", autofocus: true }, title), shut);
  const dialog = h("dialog", { class: `rt-modal ${css}`, "aria-labelledby": id }, head, body, foot);
  const close = (result = ""): void => dialog.close(result);
  shut.addEventListener("click", () => close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    before?.focus();
    done(dialog.returnValue);
  });
  // A press of Enter or a submit within must not send the form of the page.
  dialog.addEventListener("keydown", (event) => {
    const isField = event.target instanceof HTMLInputElement && !/^(checkbox|radio|file)$/.test(event.target.type);
    if (event.key === "Enter" && isField) {
      event.preventDefault();
      dialog.querySelector<HTMLButtonElement>("[data-enter]:not(:disabled)")?.click();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, body, foot, close };
}
