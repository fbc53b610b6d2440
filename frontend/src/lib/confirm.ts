import { confirmDialog } from "./dialog";

/**
 * `data-confirm="退回这份报送？"` on a form, button or link asks first. Beside it: `data-confirm-detail`,
 * `data-confirm-yes`, `data-confirm-danger`. Works for plain forms and links and for htmx.
 */
export function askBeforeActing(): void {
  const agreed = new WeakSet<Element>();
  const ask = (element: HTMLElement): Promise<boolean> =>
    confirmDialog(element.dataset.confirm ?? "", {
      detail: element.dataset.confirmDetail,
      yes: element.dataset.confirmYes,
      danger: "confirmDanger" in element.dataset,
    });

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      const button = (event as SubmitEvent).submitter as HTMLElement | null;
      const asking = button?.dataset.confirm ? button : form.dataset.confirm ? form : null;
      if (!asking || agreed.delete(form)) {
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      void ask(asking).then((yes) => {
        if (yes) {
          agreed.add(form);
          form.requestSubmit(button as HTMLButtonElement | null);
        }
      });
    },
    true,
  );
  document.addEventListener(
    "click",
    (event) => {
      const element = (event.target as Element).closest<HTMLElement>("[data-confirm]");
      const submits = element instanceof HTMLButtonElement && element.form && element.type === "submit";
      if (!element || element instanceof HTMLFormElement || submits || agreed.delete(element)) {
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      void ask(element).then((yes) => {
        if (yes) {
          agreed.add(element);
          element.click();
        }
      });
    },
    true,
  );
}
