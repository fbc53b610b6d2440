/** The bar at the foot: whether everything is saved, and handing in, with what is in the way (C1). */
import { confirmDialog } from "../lib/dialog";
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import { toast } from "../lib/toast";
import { findingList } from "./findings";
import { noNetwork, Refusal, type Store } from "./store";
import type { ShownFinding } from "./types";

export class Bar {
  private readonly status = h("p", { class: "action-bar-text report-sync", role: "status" });
  private readonly buttons = h("div", { class: "report-bar-buttons" });
  private readonly problem = document.getElementById("report-problem")!;
  private signature = "";
  private busy = false;

  constructor(
    root: HTMLElement,
    private readonly store: Store,
    private readonly pending: () => number,
  ) {
    root.append(this.status, this.buttons);
  }

  update(): void {
    const state = this.store.state;
    this.status.replaceChildren(...this.syncWords(state.editable));
    const signature = `${state.state}|${state.editable}|${state.canSubmit}|${state.canWithdraw}|${this.busy}`;
    if (signature !== this.signature) {
      this.signature = signature;
      this.buttons.replaceChildren(...this.actions());
    }
    if (!state.editable || (state.errors === 0 && !this.problem.querySelector(".report-pending"))) {
      this.problem.replaceChildren();
    }
  }

  private actions(): HTMLElement[] {
    const state = this.store.state;
    const button = (label: string, look: string, act: () => void, symbol: string): HTMLElement =>
      h("button", { type: "button", class: `btn ${look}`, onclick: act, disabled: this.busy }, icon(symbol), label);
    if (state.editable && state.canSubmit) {
      const again = state.state === "returned";
      return [button(again ? t("重新提交", "Submit again") : t("提交", "Submit"), "btn-primary btn-lg", () => void this.submit(""), "send")];
    }
    if (state.editable) {
      return [button(t("请联络员提交", "Ask the liaison to submit"), "btn-primary btn-lg", () => void this.store.act("ask"), "send")];
    }
    if (state.canWithdraw) {
      return [button(t("撤回修改", "Take back"), "btn-outline-primary", () => void this.withdraw(), "arrow-counterclockwise")];
    }
    return [];
  }

  private syncWords(editable: boolean): (Node | string)[] {
    if (!editable) {
      return [this.store.state.stateLabel];
    }
    const { sync, syncMessage, drafts } = this.store;
    switch (sync) {
      case "saving":
      case "typing":
        return [icon("arrow-repeat"), t("正在保存…", "Saving…")];
      case "offline":
        return [icon("wifi-off"), drafts.kept ? t("网络不通，已存在本机", "Offline, kept on this device") : t("网络不通，请不要关闭页面", "Offline: do not close the page")];
      case "signed-out":
        return [icon("box-arrow-in-right"), h("a", { href: this.store.settings.signIn }, t("登录已过期，点此重新登录", "Signed out: sign in again"))];
      case "refused":
        return [icon("exclamation-triangle-fill"), syncMessage];
      default:
        return [icon("check2"), this.store.savedAt ? t(`已保存 ${clock(this.store.savedAt)}`, `Saved ${clock(this.store.savedAt)}`) : t("自动保存", "Saves by itself")];
    }
  }

  private async submit(reason: string): Promise<void> {
    if (this.busy) {
      return;
    }
    const moving = this.pending();
    if (moving > 0) {
      this.say(
        [h("p", { class: "report-pending" }, t(`还有 ${moving} 个文件没有传完，传完后再提交。`, `${moving} files are still on their way; submit when they have arrived.`))],
        "warning",
      );
      return;
    }
    this.setBusy(true);
    try {
      await this.store.flush();
      const answer = await this.store.ask("submit", { version: this.store.state.version, reason });
      this.problem.replaceChildren();
      toast(answer.message ?? t("已提交。", "Submitted."), { level: "success" });
      await this.store.refresh();
      window.scrollTo({ top: 0 });
    } catch (error) {
      await this.explain(error);
    } finally {
      this.setBusy(false);
    }
  }

  private async explain(error: unknown): Promise<void> {
    if (!(error instanceof Refusal)) {
      toast(noNetwork(), { level: "error" });
      return;
    }
    await this.store.refresh();
    if (error.code === "has_errors") {
      this.askForReason(error.message, error.details);
    } else {
      toast(error.message, { level: "error" });
    }
  }

  /** What is in the way, and a place to say why it is handed in all the same. */
  private askForReason(message: string, errors: ShownFinding[]): void {
    const reason = h("textarea", { class: "form-control", rows: 2, id: "error-reason", maxlength: 2000 });
    const send = (): void => {
      if (reason.value.trim()) {
        void this.submit(reason.value);
      } else {
        reason.focus();
        toast(t("请先写明理由。", "Please give the reason first."), { level: "warning" });
      }
    };
    this.say(
      [
        h("p", {}, h("strong", {}, message)),
        this.inTheWay(errors),
        h(
          "details",
          { class: "report-reason" },
          h("summary", {}, t("确实不能修改，写明理由后提交", "It cannot be mended: submit with a reason")),
          h("label", { class: "form-label", for: "error-reason" }, t("理由（审核人会看到）", "Reason (the reviewer will see it)")),
          reason,
          h("button", { type: "button", class: "btn btn-danger", onclick: send }, t("带问题提交", "Submit with these problems")),
        ),
      ],
      "error",
    );
  }

  /** Each piece with something to mend, and the way to it. */
  private inTheWay(errors: ShownFinding[]): HTMLElement {
    const items = this.store.state.items.filter((item) => item.findings.some((finding) => finding.severity === "error"));
    if (!items.length) {
      return findingList(errors);
    }
    const list = h("ul", { class: "in-the-way" });
    for (const item of items) {
      const wrong = item.findings.filter((finding) => finding.severity === "error");
      const section = document.getElementById(`head-${item.kind}`)?.textContent ?? "";
      const name = item.values.title || item.file?.name || item.values.outlet || t("未命名", "unnamed");
      const more = wrong.length > 1 ? t(`（共 ${wrong.length} 处）`, ` (${wrong.length} in all)`) : "";
      list.append(h("li", {}, h("a", { href: `#item-${item.id}` }, `${section} · ${name}`), h("p", {}, wrong[0]!.message, more)));
    }
    return list;
  }

  private say(content: HTMLElement[], tone: "error" | "warning"): void {
    const symbol = tone === "error" ? "x-circle-fill" : "exclamation-triangle-fill";
    this.problem.replaceChildren(h("div", { class: `notice notice-${tone}`, role: "alert", tabindex: -1 }, icon(symbol), h("div", {}, ...content)));
    (this.problem.firstElementChild as HTMLElement).focus({ preventScroll: true });
    this.problem.scrollIntoView({ block: "start" });
  }

  private async withdraw(): Promise<void> {
    const sure = await confirmDialog(t("撤回这份报告？", "Take this report back?"), {
      detail: t("撤回后审核人看不到它，改好后需要重新提交。", "The reviewer will no longer see it; submit it again when it is ready."),
      yes: t("撤回", "Take back"),
    });
    if (sure && (await this.store.act("withdraw"))) {
      location.reload();
    }
  }

  private setBusy(busy: boolean): void {
    this.busy = busy;
    this.update();
  }
}

function clock(date: Date): string {
  return `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
}
