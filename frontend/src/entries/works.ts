/** Public works: pictures open large, a relay's videos play one after the other, keys for whoever moderates. */
import { t } from "../lib/i18n";
import { openLarge } from "../lib/lightbox";

for (const gallery of document.querySelectorAll<HTMLElement>("[data-gallery]")) {
  if (gallery.querySelector("a[data-shot]")) {
    openLarge(gallery, t("这张图片打不开。", "This picture cannot be shown."));
  }
}

/** The list plays on by itself; a tap chooses another place in it. */
function playlist(box: HTMLElement): void {
  const video = box.querySelector("video");
  const links = [...box.querySelectorAll<HTMLAnchorElement>("a[data-video]")];
  const said = box.querySelector<HTMLElement>("#now-playing");
  if (!video || links.length === 0) {
    return;
  }
  let at = 0;
  const show = (next: number, play: boolean): void => {
    const link = links[next];
    if (!link) {
      return;
    }
    at = next;
    for (const each of links) {
      each.toggleAttribute("aria-current", each === link);
    }
    link.setAttribute("aria-current", "true");
    video.poster = link.dataset.poster ?? "";
    video.src = link.dataset.video ?? "";
    if (said) {
      said.textContent = link.textContent;
    }
    if (play) {
      video.play().catch(() => undefined);
    }
  };
  video.addEventListener("ended", () => show(at + 1, true));
  video.addEventListener("error", () => show(at + 1, !video.paused));
  for (const [number, link] of links.entries()) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      show(number, true);
    });
  }
}

for (const box of document.querySelectorAll<HTMLElement>("[data-playlist]")) {
  playlist(box);
}

if (document.querySelector("[data-moderation]")) {
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("input, textarea, select, [contenteditable]")) {
      return;
    }
    const found = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (found) {
      event.preventDefault();
      if (found instanceof HTMLTextAreaElement) {
        found.focus();
      } else {
        found.click();
      }
    }
  });
}
