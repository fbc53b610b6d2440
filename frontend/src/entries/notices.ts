/** The audience picker with its live count, names of attachments, and the preview's widths. */

import { csrfToken } from "../lib/csrf";
import { t } from "../lib/i18n";

const PAUSE = 250;

/** Call `run` once typing or ticking has rested. */
function rested(run: () => void): () => void {
  let timer = 0;
  return () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(run, PAUSE);
  };
}

function pickAudience(frame: HTMLElement): void {
  const form = frame.closest("form");
  const count = frame.querySelector<HTMLElement>("[data-count]");
  const some = frame.querySelector<HTMLElement>("[data-audience-some]");
  const chosen = frame.querySelector<HTMLElement>("[data-chosen]");
  const found = frame.querySelector<HTMLElement>("[data-found]");
  const find = frame.querySelector<HTMLInputElement>("[data-find]");
  if (!form || !count || !some || !chosen || !found || !find) return;

  let latest = 0;
  const recount = rested(async () => {
    const mine = ++latest;
    const data = new FormData();
    for (const [key, value] of new FormData(form)) {
      if (key.startsWith("audience_")) data.append(key, value);
    }
    try {
      const answer = await fetch(frame.dataset.countUrl ?? "", {
        method: "POST",
        body: data,
        headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
      });
      if (mine === latest && answer.ok) count.innerHTML = await answer.text();
    } catch {
      if (mine === latest) count.textContent = t("网络不通，暂时算不出发给多少个单位。", "No network: cannot count the units now.");
    }
  });

  frame.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    if (box.name === "audience_mode") some.hidden = box.value !== "some";
    if (box.name === "audience_organisations" && box.checked && found.contains(box)) {
      const twin = chosen.querySelector<HTMLInputElement>(`input[value="${CSS.escape(box.value)}"]`);
      const label = box.closest("label");
      if (twin) {
        twin.checked = true;
        label?.remove();
      } else if (label) {
        chosen.append(label);
      }
    }
    if (box.name?.startsWith("audience_")) recount();
  });

  const look = rested(async () => {
    const url = new URL(frame.dataset.findUrl ?? "", window.location.href);
    url.searchParams.set("find", find.value.trim());
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" } });
      if (answer.ok) found.innerHTML = await answer.text();
    } catch {
      found.textContent = t("网络不通，请稍后再找。", "No network: try again later.");
    }
  });
  find.addEventListener("input", look);
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  if (frame.querySelector<HTMLInputElement>("input[name=audience_mode]:checked")) recount();
}

/** Only files that are still attached have a name to fill in. */
function nameAttachments(frame: HTMLElement): void {
  const select = document.querySelector<HTMLSelectElement>("select[name=attachments]");
  if (!select) return;
  const follow = (): void => {
    const kept = new Set([...select.selectedOptions].map((option) => option.value));
    for (const row of frame.querySelectorAll<HTMLElement>("[data-attachment-name]")) {
      row.hidden = !kept.has(row.dataset.attachmentName ?? "");
    }
  };
  select.addEventListener("change", follow);
  follow();
}

function chooseWidth(group: HTMLElement): void {
  const frame = document.querySelector<HTMLElement>("[data-preview]");
  group.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLButtonElement>("button[data-width]");
    if (!button || !frame) return;
    frame.classList.toggle("preview-phone", button.dataset.width === "phone");
    for (const each of group.querySelectorAll("button")) {
      each.classList.toggle("active", each === button);
      each.setAttribute("aria-pressed", String(each === button));
    }
  });
}

document.querySelectorAll<HTMLElement>("[data-audience]").forEach(pickAudience);
document.querySelectorAll<HTMLElement>("[data-attachment-names]").forEach(nameAttachments);
document.querySelectorAll<HTMLElement>("[data-preview-widths]").forEach(chooseWidth);
