/** A live room: what changes is asked for now and then, votes stay on the page, a stream plays here. */
import { t } from "../lib/i18n";
import { toast } from "../lib/toast";

const EVERY = 20_000;
const place = document.getElementById("room-now");
const said = document.getElementById("room-said");
const PARTS = [".room-stage", "#questions"];
const seen = new Map<string, string>();

async function refresh(): Promise<void> {
  const address = place?.dataset.now;
  if (!address || document.visibilityState !== "visible") {
    return;
  }
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    if (response.ok) {
      put(await response.text());
    }
  } catch {
    // The network is away; the next time will do.
  }
}

/** Put in what changed; a film that plays is left alone. */
function put(text: string): void {
  const page = new DOMParser().parseFromString(text, "text/html");
  for (const name of PARTS) {
    const fresh = page.querySelector(name);
    const there = place?.querySelector(name);
    const before = seen.get(name);
    if (!fresh || !there) {
      continue;
    }
    const isPlaying = [...there.querySelectorAll("video")].some((video) => "live" in video.dataset || !video.paused);
    if (isPlaying || fresh.outerHTML === before) {
      continue;
    }
    seen.set(name, fresh.outerHTML);
    if (before !== undefined) {
      exchange(there, document.importNode(fresh, true));
    }
  }
}

function exchange(there: Element, fresh: Element): void {
  const focused = there.contains(document.activeElement) ? (document.activeElement?.id ?? "") : "";
  const state = (section: Element): string => section.querySelector(".panel-head .state")?.textContent?.trim() ?? "";
  const [before, after] = [state(there), state(fresh)];
  there.replaceWith(fresh);
  if (focused) {
    document.getElementById(focused)?.focus();
  }
  if (said && before !== after) {
    said.textContent = after;
  }
}

async function vote(form: HTMLFormElement): Promise<void> {
  const button = form.querySelector("button");
  try {
    const response = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" } });
    const answer = (await response.json()) as { votes?: number; message?: string };
    if (!response.ok) {
      throw new Error(answer.message);
    }
    const number = form.querySelector("[data-votes]");
    if (number && answer.votes !== undefined) {
      number.textContent = String(answer.votes);
    }
    button?.setAttribute("aria-pressed", "true");
    seen.delete("#questions");
  } catch (error) {
    toast((error as Error).message || t("没有成功，请稍后再试。", "That did not work. Please try again later."), { level: "error" });
  }
}

async function play(box: HTMLElement): Promise<void> {
  const button = [...box.childNodes];
  const video = document.createElement("video");
  video.controls = true;
  video.playsInline = true;
  video.dataset.live = "";
  video.setAttribute("aria-label", t("直播", "Live stream"));
  box.replaceChildren(video);
  const failed = (): void => {
    toast(t("直播流暂时打不开，请稍后再试，或用直播链接观看。", "The stream cannot be played now. Try later, or use the link."), { level: "error" });
    // Before it begins there is often nothing to play yet: the button comes back.
    box.replaceChildren(...button);
    box.querySelector<HTMLElement>("[data-play]")?.focus();
  };
  // What is over leaves the way free for the replay.
  video.addEventListener("ended", () => video.removeAttribute("data-live"));
  try {
    const { playStream } = (await import(box.dataset.player ?? "")) as typeof import("./online-stream");
    playStream(video, box.dataset.stream ?? "", failed);
    video.focus();
  } catch {
    failed();
  }
}

place?.addEventListener("submit", (event) => {
  const form = event.target as HTMLFormElement;
  if (form.matches("[data-vote]")) {
    event.preventDefault();
    void vote(form);
  }
});
place?.addEventListener("click", (event) => {
  const box = (event.target as Element).closest("[data-play]")?.closest<HTMLElement>("[data-stream]");
  if (box) {
    void play(box);
  }
});
if (place?.dataset.now) {
  void refresh();
  window.setInterval(() => void refresh(), EVERY);
}
