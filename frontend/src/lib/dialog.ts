export interface ConfirmOptions {
  /** A second, quieter sentence: what follows from it. */
  detail?: string;
  /** The verb on the button: 「退回」 says more than 「确定」. */
  yes?: string;
  danger?: boolean;
}

/** Asks in the page's own dialog. Resolves to whether the person agreed; Escape and 「取消」 are no. */
export function confirmDialog(question: string, options: ConfirmOptions = {}): Promise<boolean> {
  const dialog = document.getElementById("confirm-dialog") as HTMLDialogElement | null;
  if (!dialog) {
    return Promise.resolve(true);
  }
  const part = (name: string): HTMLElement => dialog.querySelector<HTMLElement>(`[data-confirm-${name}]`)!;
  part("text").textContent = question;
  part("detail").textContent = options.detail ?? "";
  part("detail").hidden = !options.detail;
  const yes = part("yes");
  yes.textContent = options.yes || (yes.dataset.defaultText ?? "");
  yes.className = `btn ${options.danger ? "btn-danger" : "btn-primary"}`;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}
