/** One's own work: files are sent while one writes, what is written is kept by itself. */
import { csrfToken } from "../lib/csrf";
import { readJson } from "../lib/dom";
import { t } from "../lib/i18n";
import { mountUploadList } from "../lib/uploader-list";
import type { UploadConfig } from "../lib/uploader-types";

interface List {
  kind: "photo" | "video" | "audio";
  accept: string;
  most: number;
  there: number;
  maxBytes: number;
}
type Config = UploadConfig & { entry: number; lists: List[] };

const AUTOSAVE_MS = 2000;
const LABELS: Record<List["kind"], [string, string]> = {
  photo: ["添加照片", "Add photos"],
  video: ["添加视频", "Add a video"],
  audio: ["添加录音", "Add a recording"],
};
const config = readJson<Config>("entry-config");
const form = document.querySelector<HTMLFormElement>("[data-entry-form]")!;
const status = form.querySelector<HTMLElement>("[data-entry-status]");

function say(text: string): void {
  if (status) {
    status.textContent = text;
  }
}

/** Bring files that arrived into the list; what stands in it, with half a caption, is left alone. */
async function refreshFiles(): Promise<void> {
  const response = await fetch(window.location.pathname, { credentials: "same-origin" });
  if (!response.ok) {
    return;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const list = document.getElementById("entry-files");
  for (const row of page.querySelectorAll<HTMLElement>("#entry-files [data-file]")) {
    if (list && !list.querySelector(`[data-file="${row.dataset.file}"]`)) {
      list.append(document.importNode(row, true));
    }
  }
}

for (const list of config.lists) {
  const box = form.querySelector<HTMLElement>(`[data-upload="${list.kind}"]`);
  if (!box) {
    continue;
  }
  mountUploadList(box, {
    ...config,
    kind: "other",
    check: null,
    accept: list.accept,
    label: t(...LABELS[list.kind]),
    multiple: list.most > 1,
    scope: `contest:${config.entry}:${list.kind}`,
    keepDone: false,
    purpose: (_file, clientId) => ({ contest: { entry: config.entry, kind: list.kind }, client_id: clientId }),
    onDone: () => void refreshFiles(),
  });
}

let timer = 0;
let running: Promise<unknown> = Promise.resolve();

async function keep(): Promise<void> {
  const body = new FormData(form);
  body.set("do", "auto");
  try {
    const response = await fetch(form.action || window.location.pathname, {
      method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": csrfToken() },
    });
    say(response.ok ? t("草稿已保存", "Draft saved") : "");
  } catch {
    say(t("网络不通，稍后会再保存", "No network; it will be saved later"));
    timer = window.setTimeout(() => void keep(), 5 * AUTOSAVE_MS);
  }
}

// A work that was handed in is saved when its entrant says so: it would have to be looked at again.
if (form.querySelector('button[value="submit"]')) {
  form.addEventListener("input", (event) => {
    if ((event.target as HTMLElement).closest(".upload-list")) {
      return;
    }
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      running = running.then(keep);
    }, AUTOSAVE_MS);
  });
  form.addEventListener("submit", () => window.clearTimeout(timer));
}
