import { h, icon } from "./dom";
import { t } from "./i18n";

/** Gives every `<input type="number" data-stepper>` buttons for one less and one more, large enough for a thumb. */
export function runSteppers(root: ParentNode = document): void {
  for (const input of root.querySelectorAll<HTMLInputElement>("input[data-stepper]")) {
    const label = input.labels?.[0]?.firstChild?.textContent?.trim() ?? "";
    const step = (by: number): void => {
      const low = Number(input.min || 0);
      const high = Number(input.max || 1000);
      input.value = String(Math.min(high, Math.max(low, (Number(input.value) || low) + by)));
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const button = (name: string, by: number, words: string): HTMLButtonElement =>
      h("button", { type: "button", class: "stepper-button", "aria-label": words, onclick: () => step(by) }, icon(name));
    const less = button("dash-lg", -1, t(`${label}：减一`, `${label}: one less`));
    const more = button("plus-lg", 1, t(`${label}：加一`, `${label}: one more`));
    const frame = h("div", { class: "stepper" });
    input.replaceWith(frame);
    frame.append(less, input, more);
    const refresh = (): void => {
      less.disabled = Number(input.value) <= Number(input.min || 0);
      more.disabled = Number(input.value) >= Number(input.max || 1000);
    };
    input.addEventListener("input", refresh);
    refresh();
  }
}
