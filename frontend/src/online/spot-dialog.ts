/** What a hotspot opens. */
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import type { ShownSpot } from "./types";

let count = 0;

/** Show the hotspot in a dialog; closing it gives the focus back to where it was. */
export function openSpot(spot: ShownSpot): void {
  count += 1;
  const id = `spot-title-${count}`;
  const close = h("button", { type: "button", class: "btn btn-outline-secondary", autofocus: true }, icon("x-lg"), t("关闭", "Close"));
  const dialog = h(
    "dialog",
    { class: "tour-dialog", "aria-labelledby": id },
    h("h2", { id }, spot.title),
    spot.picture && h("img", { src: spot.picture, alt: spot.picture_alt || spot.title }),
    spot.video && h("video", { src: spot.video, controls: true, preload: "metadata", poster: spot.poster || null, "aria-label": spot.title }),
    spot.text && h("p", { class: "online-words" }, spot.text),
    spot.url && link(spot),
    h("p", { class: "tour-dialog-foot" }, close),
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  // A full screen shows only what is inside it.
  (document.fullscreenElement ?? document.body).append(dialog);
  dialog.showModal();
}

function link(spot: ShownSpot): HTMLElement {
  const away = spot.is_own ? {} : { target: "_blank", rel: "noopener noreferrer" };
  const text = spot.is_own ? t("打开页面", "Open the page") : t("打开链接（新窗口）", "Open the link (new window)");
  return h("p", {}, h("a", { class: "btn btn-primary", href: spot.url, ...away }, text));
}
