/** The bureau's pages: lightbox over photos, keys for reading, ticking a whole page, and unsent words kept. */
import { t } from "../lib/i18n";
import { openLarge } from "../lib/lightbox";

/** Photos and scans open large; the caption stands below, as text. */
function lightbox(): void {
  if (document.querySelector("[data-shot]")) {
    openLarge("#main", t("这张照片打不开。", "This photo cannot be shown."));
  }
}

function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** J and K go through the pieces; A, R and N go to accept, return and the next report. A key never decides by itself. */
function keys(): void {
  const pieces = Array.from(document.querySelectorAll<HTMLElement>("[data-piece]"));
  const decide = document.getElementById("decide");
  if (!decide) {
    return;
  }
  let at = -1;
  document.addEventListener("keydown", (event) => {
    const lightboxOpen = document.querySelector(".pswp--open") !== null;
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || lightboxOpen) {
      return;
    }
    const key = event.key.toLowerCase();
    if ((key === "j" || key === "k") && pieces.length) {
      at = Math.min(Math.max(at + (key === "j" ? 1 : -1), 0), pieces.length - 1);
      pieces[at]?.focus({ preventScroll: true });
      pieces[at]?.scrollIntoView({ block: "start" });
    } else if (key === "a" || key === "r" || key === "n") {
      const target = document.querySelector<HTMLElement>(`[data-key="${key}"]`);
      if (!target) {
        return;
      }
      if (key === "n") {
        target.click();
      } else {
        target.scrollIntoView({ block: "center" });
        target.focus();
      }
    } else {
      return;
    }
    event.preventDefault();
  });
}

/** What is typed into a remark or reason stays in this tab until it was sent. */
function keepWords(): void {
  document.querySelectorAll<HTMLTextAreaElement>("main form[method=post] textarea").forEach((field) => {
    const key = `review:${location.pathname}:${field.id}`;
    const kept = sessionStorage.getItem(key);
    if (kept && !field.value) {
      field.value = kept;
      const fold = field.closest("details");
      if (fold) {
        fold.open = true;
      }
    }
    field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
    field.form?.addEventListener("submit", () => sessionStorage.removeItem(key));
  });
}

/** 「全选本页」 follows the ticks below it and sets them. */
function tickAll(): void {
  const all = document.querySelector<HTMLInputElement>("[data-tick-all]");
  const boxes = Array.from(document.querySelectorAll<HTMLInputElement>('#bulk input[name="report"]'));
  if (!all) {
    return;
  }
  const words = document.querySelector<HTMLElement>("[data-ticked]");
  const show = (): void => {
    const on = boxes.filter((box) => box.checked).length;
    all.checked = on > 0 && on === boxes.length;
    all.indeterminate = on > 0 && on < boxes.length;
    if (words) {
      words.textContent = on ? t(`已勾选 ${on} 份`, `${on} ticked`) : "";
    }
  };
  all.addEventListener("change", () => {
    boxes.forEach((box) => (box.checked = all.checked));
    show();
  });
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
}

/** The board asks for news every minute; ticks set meanwhile stay, and nothing is asked while the page is hidden. */
function board(): void {
  let ticked: string[] = [];
  const chosen = (): string[] =>
    Array.from(document.querySelectorAll<HTMLInputElement>('#board-live input[name="school"]:checked'), (box) => box.value);
  document.addEventListener("htmx:beforeRequest", (event) => {
    if ((event.target as HTMLElement).id === "board-live" && document.visibilityState === "hidden") {
      event.preventDefault();
    }
  });
  document.addEventListener("htmx:beforeSwap", () => {
    ticked = chosen();
  });
  document.addEventListener("htmx:afterSettle", () => {
    document.querySelectorAll<HTMLInputElement>('#board-live input[name="school"]').forEach((box) => {
      box.checked = ticked.includes(box.value);
    });
  });
  // The same school stands in the table and in the phone's list; both ticks are one.
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (box.matches('#board-live input[name="school"]')) {
      document.querySelectorAll<HTMLInputElement>(`#board-live input[name="school"][value="${box.value}"]`).forEach((same) => {
        same.checked = box.checked;
      });
    }
  });
}

lightbox();
keys();
keepWords();
tickAll();
board();
