/** Keeps the wall screen fresh. What it showed stays when the network goes, with a mark since when it is old. */
import { t } from "../lib/i18n";
import { drawAll } from "./draw";

const PATIENCE = 20_000;

type State = "fine" | "offline" | "signed-out" | "gone";

export function keepFresh(page: HTMLElement): void {
  const live = page.querySelector<HTMLElement>("#wall-live");
  const mark = page.querySelector<HTMLElement>("#wall-state");
  const address = page.dataset.wall;
  if (!live || !mark || !address) {
    return;
  }
  let asking = false;

  const say = (state: State): void => {
    page.dataset.state = state;
    const since = live.querySelector("time")?.textContent ?? "";
    const words: Record<State, string> = {
      fine: "",
      offline: t(`网络中断，显示的是 ${since} 的数据`, `No connection; figures of ${since}`),
      "signed-out": t("登录已过期，请重新登录", "Signed out; please sign in again"),
      gone: t("这个链接已停用或过期，请向部门要新的链接", "This link no longer works; please ask for a new one"),
    };
    if (mark.textContent !== words[state]) {
      mark.textContent = words[state];
    }
  };

  const refresh = async (): Promise<void> => {
    if (asking) {
      return;
    }
    asking = true;
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(address, { cache: "no-store", credentials: "same-origin", signal: stop.signal });
      if (answer.redirected || answer.status === 403) {
        say("signed-out");
      } else if (answer.status === 404) {
        live.replaceChildren();
        say("gone");
      } else if (answer.ok) {
        const text = await answer.text();
        const fresh = new DOMParser().parseFromString(text, "text/html");
        live.replaceChildren(...fresh.body.childNodes);
        drawAll(live, true);
        say("fine");
      } else {
        say("offline");
      }
    } catch {
      say("offline");
    } finally {
      clearTimeout(patience);
      asking = false;
    }
  };

  setInterval(() => void refresh(), Number(page.dataset.every) * 1000);
  window.addEventListener("online", () => void refresh());
  window.addEventListener("offline", () => say("offline"));
  offerFullScreen(page);
}

function offerFullScreen(page: HTMLElement): void {
  const button = page.querySelector<HTMLButtonElement>("[data-full]");
  if (!button || !document.fullscreenEnabled) {
    return;
  }
  button.hidden = false;
  button.addEventListener("click", () => void document.documentElement.requestFullscreen());
  document.addEventListener("fullscreenchange", () => {
    button.hidden = document.fullscreenElement !== null;
  });
}
