/** Pictures in a published text open large; `{% rich_text %}` loads this where there are any. */
import PhotoSwipe from "photoswipe";
import PhotoSwipeLightbox from "photoswipe/lightbox";
import { t } from "../lib/i18n";

for (const text of document.querySelectorAll<HTMLElement>("[data-rich-text-shots]:not([data-ready])")) {
  text.dataset.ready = "";
  const box = new PhotoSwipeLightbox({
    gallery: text,
    children: "a[data-shot]",
    pswpModule: PhotoSwipe,
    bgOpacity: 1,
    padding: { top: 56, bottom: 72, left: 0, right: 0 },
    showHideAnimationType: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? "none" : "zoom",
    closeTitle: t("关闭", "Close"),
    zoomTitle: t("放大", "Zoom"),
    arrowPrevTitle: t("上一张", "Previous"),
    arrowNextTitle: t("下一张", "Next"),
    errorMsg: t("这张图片打不开。", "This picture cannot be shown."),
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
