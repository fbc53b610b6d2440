import { h, icon } from "./dom";
import { t } from "./i18n";

export type ToastLevel = "success" | "info" | "warning" | "error";

export interface ToastOptions {
  level?: ToastLevel;
  /** Offers 「撤销」; the message stays long enough to think. */
  undo?: () => void;
}

const ICONS: Record<ToastLevel, string> = {
  success: "check-circle-fill",
  info: "info-circle-fill",
  warning: "exclamation-triangle-fill",
  error: "x-circle-fill",
};
const SHORT = 6000;
const LONG = 15000;

/** Shows a short message at the foot of the page and reads it out. Errors stay until closed. */
export function toast(text: string, options: ToastOptions = {}): void {
  const level = options.level ?? "info";
  const card = h("div", { class: `toast-card toast-${level}`, "data-toast": true }, icon(ICONS[level]), h("p", {}, text));
  if (options.undo) {
    const undo = options.undo;
    card.append(
      h("button", { type: "button", class: "toast-undo", onclick: () => (card.remove(), undo()) }, t("撤销", "Undo")),
    );
  }
  card.append(
    h(
      "button",
      { type: "button", class: "toast-close", "data-toast-close": true, "aria-label": t("关闭提示", "Close message") },
      icon("x-lg"),
    ),
  );
  document.getElementById("toasts")?.append(card);
  startToast(card);
}

/** Lets a message go after a while, unless it is an error, or someone points at it or is in it. */
export function startToast(card: HTMLElement): void {
  card.querySelector("[data-toast-close]")?.addEventListener("click", () => card.remove());
  if (card.classList.contains("toast-error")) {
    return;
  }
  const leave = (): void => {
    if (card.matches(":hover, :focus-within")) {
      window.setTimeout(leave, 2000);
    } else {
      card.remove();
    }
  };
  window.setTimeout(leave, card.querySelector(".toast-undo") ? LONG : SHORT);
}
