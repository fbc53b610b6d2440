/** How one file of an upload list looks: a card with its state, progress, findings and buttons. */
import { confirmDialog } from "./dialog";
import { h, icon } from "./dom";
import { clockTime, fileSize } from "./format";
import { isEnglish, t } from "./i18n";
import type { Finding, ItemState, Severity, Uploader, UploadItem } from "./uploader-types";

type Action = "pause" | "resume" | "retry" | "force" | "provide" | "cancel";
type Tone = "stone" | "sky" | "gold" | "flame" | "leaf";

interface Look {
  icon: string;
  tone: Tone;
  words: [string, string];
  actions: Action[];
}

const LOOKS: Record<ItemState, Look> = {
  checking: { icon: "search", tone: "stone", words: ["正在检查", "Checking"], actions: ["cancel"] },
  refused: { icon: "x-circle-fill", tone: "flame", words: ["未上传", "Not uploaded"], actions: ["force", "cancel"] },
  waiting: { icon: "hourglass-split", tone: "stone", words: ["等待上传", "Waiting"], actions: ["pause", "cancel"] },
  uploading: { icon: "cloud-arrow-up", tone: "sky", words: ["正在上传", "Uploading"], actions: ["pause", "cancel"] },
  paused: { icon: "pause-circle", tone: "stone", words: ["已暂停", "Paused"], actions: ["resume", "cancel"] },
  retrying: {
    icon: "arrow-repeat",
    tone: "gold",
    words: ["连接中断，稍后自动重试", "Interrupted; trying again soon"],
    actions: ["retry", "pause", "cancel"],
  },
  offline: {
    icon: "wifi-off",
    tone: "gold",
    words: ["没有网络，连上后自动继续", "Offline; goes on when connected"],
    actions: ["retry", "pause", "cancel"],
  },
  elsewhere: {
    icon: "window-stack",
    tone: "sky",
    words: ["正在另一个页面中上传", "Uploading in another tab"],
    actions: ["cancel"],
  },
  "signed-out": { icon: "lock", tone: "gold", words: ["需要重新登录", "Signed out"], actions: ["retry", "cancel"] },
  "needs-file": {
    icon: "folder2-open",
    tone: "gold",
    words: ["需要重新选择文件", "Choose the file again"],
    actions: ["provide", "cancel"],
  },
  done: { icon: "check-circle-fill", tone: "leaf", words: ["已上传", "Uploaded"], actions: [] },
  failed: { icon: "x-circle-fill", tone: "flame", words: ["上传失败", "Failed"], actions: ["retry", "cancel"] },
};

const BUTTONS: Record<Action, { icon: string; words: [string, string] }> = {
  pause: { icon: "pause-fill", words: ["暂停", "Pause"] },
  resume: { icon: "play-fill", words: ["继续", "Resume"] },
  retry: { icon: "arrow-clockwise", words: ["重试", "Retry"] },
  force: { icon: "upload", words: ["仍要上传", "Upload anyway"] },
  provide: { icon: "folder2-open", words: ["重新选择", "Choose again"] },
  cancel: { icon: "x-lg", words: ["移除", "Remove"] },
};

const SEVERITIES: Record<Severity, { icon: string; words: [string, string] }> = {
  error: { icon: "x-circle-fill", words: ["须改正", "Must be corrected"] },
  warning: { icon: "exclamation-triangle-fill", words: ["请留意", "Please note"] },
  advice: { icon: "lightbulb-fill", words: ["建议", "Advice"] },
};
const ORDER: Severity[] = ["error", "warning", "advice"];

const THUMB = 144;

/** What a state is called. */
export function stateWords(state: ItemState): string {
  return t(...LOOKS[state].words);
}

/** Findings as the server's `{% findings %}` shows them, errors first. */
export function findingList(findings: readonly Finding[]): HTMLUListElement {
  const sorted = [...findings].sort((first, second) => ORDER.indexOf(first.severity) - ORDER.indexOf(second.severity));
  const rows = sorted.map((finding) => {
    const look = SEVERITIES[finding.severity];
    const message = isEnglish() ? finding.message_en : finding.message;
    const todo = isEnglish() ? finding.todo_en : finding.todo;
    return h(
      "li",
      { class: `finding finding-${finding.severity}`, "data-code": finding.code },
      icon(look.icon),
      h("div", {}, h("p", {}, h("strong", {}, t(...look.words)), message), todo && h("p", { class: "finding-todo" }, todo)),
    );
  });
  return h("ul", { class: "findings" }, ...rows);
}

/** The card of one item; `update` shows its present state. */
export class Card {
  readonly element: HTMLLIElement;
  private readonly thumb = h("span", { class: "file-thumb" });
  private readonly facts = h("p", { class: "file-facts" });
  private readonly state = h("p", { class: "upload-state" });
  private readonly bar: HTMLProgressElement;
  private readonly message = h("p", { class: "upload-message" });
  private readonly buttons = h("div", { class: "upload-actions" });
  private readonly findings = h("div", { class: "wide" });
  private shown: { state?: ItemState; findings?: readonly Finding[]; actions?: string } = {};

  constructor(
    private readonly item: UploadItem,
    private readonly uploader: Uploader,
    private readonly onProvide: () => void,
  ) {
    const name = h("p", { class: "file-name" }, item.name);
    this.bar = h("progress", { max: String(item.size || 1), value: "0", "aria-label": t(`《${item.name}》的进度`, `Progress of ${item.name}`) });
    const body = h("div", { class: "upload-body" }, name, this.facts, this.state, this.bar, this.message);
    this.element = h("li", { class: "file-card upload-item" }, this.thumb, body, this.buttons, this.findings);
    this.thumb.append(icon(item.type.startsWith("video/") ? "film" : item.type.startsWith("image/") ? "image" : "file-earmark-text"));
    this.update();
  }

  /** Show a small picture of the file itself, where the browser can decode it. Small, since there may be a hundred. */
  async show(file: Blob): Promise<void> {
    if (!/^image\/(jpeg|png|webp|gif)$/.test(this.item.type) || typeof createImageBitmap === "undefined") {
      return;
    }
    try {
      const bitmap = await createImageBitmap(file, { resizeHeight: THUMB, resizeQuality: "medium" });
      const canvas = h("canvas", { width: bitmap.width, height: bitmap.height, "aria-hidden": "true" });
      canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
      bitmap.close();
      this.thumb.replaceChildren(canvas);
    } catch {
      return; // no picture after all: the icon stays, and the findings say what it is
    }
  }

  update(): void {
    const { item } = this;
    const look = LOOKS[item.state];
    const isMoving = ["uploading", "paused", "retrying", "offline", "elsewhere", "signed-out", "needs-file"].includes(item.state);
    this.facts.textContent = factsText(item);
    this.bar.hidden = !isMoving;
    this.bar.value = item.sent;
    const percent = item.size > 0 ? Math.min(99, Math.floor((item.sent / item.size) * 100)) : 0;
    const words = isMoving && item.sent > 0 ? `${stateWords(item.state)} · ${percent}%` : stateWords(item.state);
    if (this.shown.state !== item.state) {
      this.shown.state = item.state;
      this.element.dataset.state = item.state;
      this.state.className = `upload-state upload-${look.tone}`;
      this.state.replaceChildren(icon(look.icon), h("span", {}, words));
    } else if (this.state.lastElementChild) {
      this.state.lastElementChild.textContent = words;
    }
    this.message.textContent = item.message;
    this.message.hidden = !item.message;
    if (this.shown.findings !== item.findings) {
      this.shown.findings = item.findings;
      this.findings.replaceChildren(...(item.findings.length > 0 ? [findingList(item.findings)] : []));
    }
    this.updateButtons(look.actions);
  }

  /** Buttons are only made anew when they change, so that the focus stays on one that is still there. */
  private updateButtons(wanted: Action[]): void {
    const actions = wanted.filter((action) => action !== "force" || this.uploader.mayForce(this.item.id));
    if (this.shown.actions === actions.join()) {
      return;
    }
    this.shown.actions = actions.join();
    const hadFocus = this.buttons.contains(document.activeElement);
    this.buttons.replaceChildren(...actions.map((action) => this.button(action)));
    if (hadFocus) {
      this.buttons.querySelector("button")?.focus();
    }
  }

  private button(action: Action): HTMLButtonElement {
    const { icon: symbol, words } = BUTTONS[action];
    const label = t(...words);
    const isMain = action === "force" || action === "provide" || action === "retry" || action === "resume";
    return h(
      "button",
      {
        type: "button",
        class: `btn btn-sm ${isMain ? "btn-outline-primary" : "btn-outline-secondary"}`,
        "data-action": action,
        "aria-label": t(`${label}《${this.item.name}》`, `${label} ${this.item.name}`),
        onclick: () => this.act(action),
      },
      icon(symbol),
      h("span", {}, label),
    );
  }

  private act(action: Action): void {
    if (action === "provide") {
      this.onProvide();
    } else if (action === "cancel") {
      void this.cancel();
    } else {
      void this.uploader[action](this.item.id);
    }
  }

  /** What has been sent is thrown away with it, so that a slip of the thumb is asked about. */
  private async cancel(): Promise<void> {
    const question = t(`停止上传并移除《${this.item.name}》？`, `Stop uploading and remove ${this.item.name}?`);
    if (this.item.sent === 0 || (await confirmDialog(question, { yes: t("移除", "Remove"), danger: true }))) {
      await this.uploader.cancel(this.item.id);
    }
  }
}

function factsText(item: UploadItem): string {
  const parts = [fileSize(item.size)];
  const facts = item.facts;
  if (facts?.width && facts.height) {
    parts.push(`${facts.width}×${facts.height}`);
  }
  if (facts?.duration) {
    parts.push(clockTime(facts.duration));
  }
  if (facts?.words !== undefined) {
    parts.push(t(`${facts.words} 字`, `${facts.words} words`));
  }
  return parts.join(" · ");
}
