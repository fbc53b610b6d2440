/** Loaded on every page: htmx with our settings, dialogs, messages, menus, countdowns. */
import htmx from "htmx.org";
import { forgetWhenSignedOut } from "../door/forget";
import { askBeforeActing } from "../lib/confirm";
import { runCountdowns } from "../lib/countdown";
import { csrfToken } from "../lib/csrf";
import { t } from "../lib/i18n";
import { saveBeforeLeaving } from "../lib/save-first";
import { startToast, toast, type ToastLevel } from "../lib/toast";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

interface HtmxDetail {
  headers: Record<string, string>;
  xhr: XMLHttpRequest;
  shouldSwap: boolean;
}

/** Where everybody who is not signed in is sent. */
const SIGN_IN = "/accounts/login/";

function listenToHtmx(): void {
  window.htmx = htmx;
  document.addEventListener("htmx:configRequest", (event) => {
    (event as CustomEvent<HtmxDetail>).detail.headers["X-CSRFToken"] = csrfToken();
  });
  // Signed out meanwhile: the sign-in page does not belong into a piece of this one, where typed text still stands.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event as CustomEvent<HtmxDetail>;
    if (detail.xhr.responseURL && new URL(detail.xhr.responseURL).pathname.startsWith(SIGN_IN)) {
      detail.shouldSwap = false;
      const text = "登录已过期，刚才的内容还没有保存。请在新窗口登录，再回到本页继续。";
      toast(t(text, "You were signed out and this was not saved. Sign in in a new window, then come back to this page."), {
        level: "error",
      });
    }
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = (event as CustomEvent<HtmxDetail>).detail;
    const ours = xhr.getResponseHeader("Content-Type")?.startsWith("text/plain") ?? false;
    toast(ours ? xhr.responseText : t("没有完成，请刷新后再试。", "That did not work. Please reload and try again."), {
      level: "error",
    });
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => {
      toast(t("网络不通，请检查网络后再试。", "No connection. Please check the network and try again."), { level: "error" });
    });
  }
  // A view may answer with `HX-Trigger: {"toast": {"text": "…", "level": "success"}}` (core.notices.toast).
  document.body.addEventListener("toast", (event) => {
    const detail = (event as CustomEvent<{ text?: string; level?: ToastLevel }>).detail;
    if (detail?.text) {
      toast(detail.text, { level: detail.level ?? "success" });
    }
  });
}

/** Menus made of <details> close on Escape and on a click elsewhere. */
function closeMenus(): void {
  const open = (): NodeListOf<HTMLDetailsElement> => document.querySelectorAll<HTMLDetailsElement>("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of open()) {
      if (!menu.contains(event.target as Node)) {
        menu.open = false;
      }
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      for (const menu of open()) {
        menu.open = false;
        menu.querySelector("summary")?.focus();
      }
    }
  });
}

/** A second click on a button that is already sending does nothing. */
function submitOnce(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || form.method === "dialog" || form.matches("[hx-post], [hx-get], [data-many]")) {
      return;
    }
    if (form.dataset.busy !== undefined) {
      event.preventDefault();
      return;
    }
    form.dataset.busy = "";
    window.setTimeout(() => delete form.dataset.busy, 8000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll<HTMLFormElement>("form[data-busy]").forEach((form) => delete form.dataset.busy);
  });
}

/** `data-submit` on a field sends its form when the choice changes; `data-print`, `data-copy` do what they say. */
function smallHelpers(): void {
  document.addEventListener("change", (event) => {
    const field = event.target as HTMLInputElement;
    if (field.matches("[data-submit]")) {
      field.form?.requestSubmit();
    }
  });
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-print], [data-copy]");
    if (button?.hasAttribute("data-print")) {
      window.print();
    } else if (button) {
      void copy(button.dataset.copy ?? "");
    }
  });
}

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("已复制。", "Copied."), { level: "success" });
  } catch {
    toast(t("浏览器不允许复制，请长按选中后复制。", "The browser does not allow copying. Please select and copy it."), {
      level: "warning",
    });
  }
}

listenToHtmx();
askBeforeActing();
void forgetWhenSignedOut();
closeMenus();
submitOnce();
smallHelpers();
runCountdowns();
saveBeforeLeaving();
document.querySelectorAll<HTMLElement>("[data-toast]").forEach(startToast);
