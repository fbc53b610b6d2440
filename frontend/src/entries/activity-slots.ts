/** The pattern of service slots: how many it gives is told while it is typed. */
import { mountPlace, type District } from "../activities/place";
import { csrfToken } from "../lib/csrf";
import { readJson } from "../lib/dom";

interface Settings {
  count: string;
  districts: District[];
}

const settings = readJson<Settings>("slots-settings");
const form = document.getElementById("slots-form") as HTMLFormElement;
const place = form.querySelector<HTMLElement>("[data-slot-count]")!;
let timer = 0;

async function count(): Promise<void> {
  try {
    const response = await fetch(settings.count, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-CSRFToken": csrfToken() },
      credentials: "same-origin",
    });
    const answer = (await response.json()) as { text?: string; message?: string; wrong?: boolean };
    place.textContent = answer.text ?? answer.message ?? "";
    place.classList.toggle("text-danger", Boolean(answer.wrong));
  } catch {
    // The number is a courtesy: the form works without it.
  }
}

function soon(): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(() => void count(), 300);
}

form.addEventListener("input", soon);
form.addEventListener("change", soon);
mountPlace(form.querySelector<HTMLElement>("[data-place]")!, settings.districts);
void count();
