/** Tells once that a public page was seen, also one that came out of a cache. Nothing is stored in the browser. */
const part = document.querySelector<HTMLElement>("[data-seen]");

function tell(): void {
  if (part?.dataset.seen && !part.dataset.told) {
    part.dataset.told = "";
    navigator.sendBeacon(part.dataset.seen);
  }
}

// A page that is fetched ahead, or opened in a tab that nobody looks at, has not been seen.
if (document.visibilityState === "visible") {
  tell();
} else {
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && tell());
}
