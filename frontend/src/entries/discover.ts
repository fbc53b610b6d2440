/** Pages where visitors look for activities: short addresses, 「离我最近」, sharing. Without it everything works by links. */
import { t } from "../lib/i18n";
import { toast } from "../lib/toast";

/** What nobody chose stays out of the address, so that it can be shared. */
function tidyAddresses(): void {
  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = (event as CustomEvent<{ elt: Element; parameters: FormData }>).detail;
    if (!elt.closest("[data-tidy]")) {
      return;
    }
    for (const name of new Set(parameters.keys())) {
      const kept = parameters.getAll(name).filter((value) => value !== "");
      parameters.delete(name);
      kept.forEach((value) => parameters.append(name, value));
    }
    if (parameters.get("sort") === "best") {
      parameters.delete("sort");
    }
    if (parameters.get("sort") !== "near") {
      parameters.delete("near");
    }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (form.matches("[data-tidy]") && !event.defaultPrevented) {
      form.querySelectorAll<HTMLInputElement>("input, select").forEach((field) => (field.disabled = field.value === ""));
      window.setTimeout(() => form.querySelectorAll<HTMLInputElement>(":disabled").forEach((field) => (field.disabled = false)));
    }
  });
}

/** The position is rounded to about a hundred metres and goes nowhere but into this page's address. */
function sortByDistance(): void {
  const show = (): void => {
    if ("geolocation" in navigator) {
      document.querySelectorAll<HTMLElement>("[data-near]").forEach((button) => (button.hidden = false));
    }
  };
  show();
  document.addEventListener("htmx:load", show);
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>("[data-near]");
    if (!button) {
      return;
    }
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const address = new URL(window.location.href);
        address.searchParams.set("near", `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`);
        address.searchParams.set("sort", "near");
        address.searchParams.delete("page");
        window.location.assign(address);
      },
      () => {
        button.disabled = false;
        toast(t("没有取得位置。请允许浏览器使用位置，或者按区域查找。", "Your position is not known. Please allow it in the browser, or choose a district."), { level: "warning" });
      },
      { maximumAge: 300_000, timeout: 10_000 },
    );
  });
}

/** The phone's own share sheet; where there is none, the address is copied. */
function share(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-share]");
    if (button) {
      void shareOrCopy(button.dataset.title ?? "", button.dataset.url ?? window.location.href);
    }
  });
}

async function shareOrCopy(title: string, url: string): Promise<void> {
  if (navigator.share) {
    try {
      await navigator.share({ title, url });
      return;
    } catch (error) {
      if ((error as DOMException).name === "AbortError") {
        return;
      }
    }
  }
  try {
    await navigator.clipboard.writeText(`${title} ${url}`);
    toast(t("网址已复制，可以粘贴给朋友。", "The address is copied. Paste it to your friends."), { level: "success" });
  } catch {
    window.prompt(t("请复制这个网址：", "Please copy this address:"), url);
  }
}

tidyAddresses();
sortByDistance();
share();
