/** The clock of a ranked round. The server's clock decides; this one only shows it, and sends what is chosen in time. */
const clock = document.querySelector<HTMLElement>("[data-quiz-clock]");
const form = document.querySelector<HTMLFormElement>("form[data-quiz-round]");

function run(box: HTMLElement, answers: HTMLFormElement): void {
  const began = performance.now();
  const left = Number(box.dataset.left);
  const bar = box.querySelector("progress");
  const words = box.querySelector("[data-seconds]");
  let sent = false;
  answers.addEventListener("submit", () => (sent = true));
  const timer = window.setInterval(() => {
    const now = Math.max(0, left - (performance.now() - began));
    if (bar) {
      bar.value = now;
    }
    if (words) {
      words.textContent = String(Math.ceil(now / 1000));
    }
    box.classList.toggle("quiz-clock-short", now < 5000);
    if (now <= 0) {
      window.clearInterval(timer);
      if (!sent) {
        answers.requestSubmit();
      }
    }
  }, 200);
}

if (clock && form) {
  run(clock, form);
}
// A question that comes back by the back button has had its turn.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload();
  }
});
