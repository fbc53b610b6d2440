/** Pictures open large, their captions below them as text. The pictures are links with `data-shot`. */
import PhotoSwipe from "photoswipe";
import PhotoSwipeLightbox from "photoswipe/lightbox";
import { t } from "./i18n";

/** Let the pictures within `gallery` open; `broken` is said of one that cannot be shown. */
export function openLarge(gallery: string | HTMLElement, broken: string): void {
  const box = new PhotoSwipeLightbox({
    gallery,
    children: "a[data-shot]",
    pswpModule: PhotoSwipe,
    bgOpacity: 1,
    padding: { top: 56, bottom: 72, left: 0, right: 0 },
    showHideAnimationType: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "none" : "zoom",
    closeTitle: t("关闭", "Close"),
    zoomTitle: t("放大", "Zoom"),
    arrowPrevTitle: t("上一张", "Previous"),
    arrowNextTitle: t("下一张", "Next"),
    errorMsg: broken,
  });
  box.on("uiRegister", () => {
    box.pswp?.ui?.registerElement({
      name: "caption",
      order: 9,
      isButton: false,
      appendTo: "root",
      onInit: (element, pswp) => {
        element.className = "shot-lightbox-caption";
        pswp.on("change", () => {
          element.textContent = (pswp.currSlide?.data.element as HTMLElement | undefined)?.dataset.caption ?? "";
        });
      },
    });
  });
  box.init();
}
