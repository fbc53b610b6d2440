/**
 * Forms that save by themselves (`hx-trigger="…, save-now"`) keep what was typed in the last second too:
 * a link with `data-save-first="form-id"` saves before it is followed, and leaving any other way asks.
 */
interface RequestDetail {
  elt: Element;
  successful?: boolean;
}

const unsaved = new WeakSet<HTMLFormElement>();

function formOf(link: HTMLElement): HTMLFormElement | null {
  const form = document.getElementById(link.dataset.saveFirst ?? "");
  return form instanceof HTMLFormElement ? form : null;
}

export function saveBeforeLeaving(): void {
  if (!document.querySelector("[data-save-first]")) {
    return;
  }
  let leaving = false;
  document.addEventListener("input", (event) => {
    const form = (event.target as Element).closest("form");
    if (form?.matches("[hx-trigger*='save-now']")) {
      unsaved.add(form);
    }
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const { elt } = (event as CustomEvent<RequestDetail>).detail;
    unsaved.delete(elt as HTMLFormElement);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, successful } = (event as CustomEvent<RequestDetail>).detail;
    if (elt instanceof HTMLFormElement && elt.matches("[hx-trigger*='save-now']") && !successful) {
      unsaved.add(elt);
    }
  });
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-save-first]");
    const form = link && formOf(link);
    if (!link || !form || !unsaved.has(form) || event.ctrlKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    const follow = (done: Event): void => {
      const { elt, successful } = (done as CustomEvent<RequestDetail>).detail;
      if (elt !== form) {
        return;
      }
      document.removeEventListener("htmx:afterRequest", follow);
      // The answer is being put into the page; then it says whether it was refused.
      window.setTimeout(() => {
        if (successful && !document.querySelector("[data-refused]")) {
          window.location.assign(link.href);
        }
      }, 100);
    };
    document.addEventListener("htmx:afterRequest", follow);
    window.htmx.trigger(form, "save-now", {});
  });
  document.addEventListener("submit", () => {
    leaving = true;
  });
  window.addEventListener("beforeunload", (event) => {
    const open = [...document.querySelectorAll<HTMLFormElement>("form[hx-trigger*='save-now']")];
    if (!leaving && open.some((form) => unsaved.has(form))) {
      event.preventDefault();
    }
  });
}
