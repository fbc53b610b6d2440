/** The form of one activity: saves itself, keeps sessions in order, shows what the check finds. */
import { Autosave, settleSent, type Answer } from "../activities/autosave";
import { Sessions } from "../activities/sessions";
import type { District } from "../activities/place";
import { readJson } from "../lib/dom";

interface Settings {
  save: string;
  page: string;
  signIn: string;
  districts: District[];
}

const settings = readJson<Settings>("activity-settings");
const form = document.getElementById("activity-form") as HTMLFormElement;

settleSent();
const sessions = new Sessions(form, settings.districts, () => autosave.changed());

function show(answer: Answer): void {
  sessions.took(answer.sessions ?? {});
  const place = form.querySelector("[data-findings]");
  if (place && answer.findings !== undefined) {
    const page = new DOMParser().parseFromString(answer.findings, "text/html");
    place.replaceChildren(...Array.from(page.body.childNodes));
  }
  const count = document.querySelector("[data-error-count]");
  if (count) {
    count.textContent = answer.errors ? String(answer.errors) : "";
  }
  const title = form.querySelector<HTMLInputElement>('[name="title"]')?.value.trim();
  const heading = document.querySelector(".page-head h1");
  if (title && heading) {
    heading.textContent = title;
  }
}

const autosave = new Autosave({
  form,
  ...settings,
  onSaved: show,
  beforeRestore: (fields) => {
    sessions.makeRoom(fields);
    window.setTimeout(() => sessions.refresh());
  },
});
