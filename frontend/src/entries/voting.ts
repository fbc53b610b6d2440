/** The gallery of a vote: says at once how many are chosen, and when it is too many. */
import { t } from "../lib/i18n";

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-picks]")) {
  const most = Number(form.dataset.picks);
  const place = form.querySelector<HTMLElement>("[data-chosen]");
  const button = form.querySelector<HTMLButtonElement>("button[formaction]");
  if (!place || !button) {
    continue;
  }
  const refresh = (): void => {
    const chosen = form.querySelectorAll("input[name=pick]:checked, input[type=hidden][name=pick]").length;
    const left = most - chosen;
    if (chosen) {
      place.textContent =
        left < 0
          ? t(`已选 ${chosen} 个，多了 ${-left} 个`, `${chosen} chosen, ${-left} too many`)
          : t(`已选 ${chosen} 个，最多 ${most} 个`, `${chosen} chosen of up to ${most}`);
    } else {
      place.textContent = t(`最多选 ${most} 个`, `Choose up to ${most}`);
    }
    button.disabled = left < 0;
  };
  form.addEventListener("change", refresh);
  // Ticks that the browser kept when one comes back to the page.
  window.addEventListener("pageshow", refresh);
}
