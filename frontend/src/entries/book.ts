/** The visitor's pages: steppers, what is asked only with children, proof of work, opening on time. */
import { runProof } from "../lib/proof-form";
import { runSteppers } from "../lib/stepper";

/** `[data-with="children"]` shows only while that number is above zero. */
function showWhatIsAsked(form: HTMLFormElement): void {
  const input = form.elements.namedItem("children");
  if (!(input instanceof HTMLInputElement)) {
    return;
  }
  const refresh = (): void => {
    for (const part of form.querySelectorAll<HTMLElement>("[data-with=children]")) {
      part.hidden = !(Number(input.value) > 0);
    }
  };
  input.addEventListener("input", refresh);
  refresh();
}

/** Loads the page again when booking opens, spread over two seconds so that not everybody comes in the same instant. */
function reloadWhenOpen(): void {
  const time = document.querySelector<HTMLTimeElement>("time[data-reload]");
  if (!time) {
    return;
  }
  const wait = Date.parse(time.dateTime) - Date.parse(time.dataset.now ?? "") - performance.now();
  if (wait < 24 * 3600 * 1000) {
    window.setTimeout(() => location.reload(), Math.max(0, wait) + 500 + Math.random() * 2000);
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-proof]")) {
  runProof(form);
}
runSteppers();
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-party]")) {
  showWhatIsAsked(form);
}
reloadWhenOpen();
document.querySelector(".field-wrong input, .field-wrong textarea, [data-problem]")?.scrollIntoView({ block: "center" });
// A form that comes back by the back button was sent already; a second booking needs a fresh one.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[data-proof]")) {
    location.reload();
  }
});
