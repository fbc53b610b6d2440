import { spanInWords } from "./format";
import { isEnglish } from "./i18n";

/** What stands beside a deadline: how long is left, or how long it has passed. */
export function countdownText(deadline: Date, now: Date, english = isEnglish()): string {
  const left = deadline.getTime() - now.getTime();
  if (left >= 0) {
    return english ? `${spanInWords(left, true)} left` : `还剩 ${spanInWords(left, false)}`;
  }
  return english ? `${spanInWords(-left, true)} overdue` : `已过 ${spanInWords(-left, false)}`;
}

/**
 * Keeps every `<time data-countdown datetime=…>` current. The server's clock counts: `data-now` on the element is the
 * moment the page was made, so a phone with a wrong clock shows the right span.
 */
export function runCountdowns(root: ParentNode = document): void {
  const loaded = performance.now();
  const elements = [...root.querySelectorAll<HTMLTimeElement>("time[data-countdown]")];
  if (elements.length === 0) {
    return;
  }
  const refresh = (): void => {
    for (const element of elements) {
      const made = element.dataset.now ? Date.parse(element.dataset.now) : Date.now() - (performance.now() - loaded);
      const now = new Date(made + performance.now() - loaded);
      const deadline = new Date(element.dateTime);
      element.textContent = countdownText(deadline, now);
      element.classList.toggle("overdue", now > deadline);
    }
  };
  refresh();
  window.setInterval(refresh, 20000);
}
