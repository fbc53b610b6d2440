/** Pictures in a published text open large; `{% rich_text %}` loads this where there are any. */
import { t } from "../lib/i18n";
import { openLarge } from "../lib/lightbox";

for (const text of document.querySelectorAll<HTMLElement>("[data-rich-text-shots]:not([data-ready])")) {
  text.dataset.ready = "";
  openLarge(text, t("这张图片打不开。", "This picture cannot be shown."));
}
