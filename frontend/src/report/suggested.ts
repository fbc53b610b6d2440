/** A figure with what the platform counted beside it: one tap takes it over; nothing is ever written by itself (C1). */
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import { Field, type FieldOptions } from "./fields";
import type { Store } from "./store";

export class SuggestedFigure extends Field {
  private readonly beside = h("div", { class: "figure-suggestion", "data-suggestion": true });

  constructor(
    private readonly report: Store,
    item: string | null,
    private readonly figure: string,
    private readonly look: FieldOptions,
  ) {
    super(report, item, figure, look);
    this.element.append(this.beside);
  }

  override update(value: string, editable: boolean): void {
    super.update(value, editable);
    this.suggest(editable);
  }

  /** Drawn anew only when it says something else, so that a tap is never lost. */
  suggest(editable = this.report.editable): void {
    const offered = this.report.state.suggestions?.[this.figure];
    const taken = offered?.value === this.value.trim();
    const said = offered && editable ? `${offered.value}|${offered.source}|${taken}` : "";
    if (this.beside.dataset.said === said) {
      return;
    }
    this.beside.dataset.said = said;
    if (!said || !offered) {
      this.beside.replaceChildren();
      return;
    }
    const take = h("button", { type: "button", class: "btn btn-sm btn-outline-primary", "aria-label": t(`${this.look.label}：采用 ${offered.value}`, `${this.look.label}: use ${offered.value}`) }, t(`采用 ${offered.value}`, `Use ${offered.value}`));
    take.addEventListener("click", () => this.set(offered.value));
    this.beside.replaceChildren(h("span", {}, icon(taken ? "check-circle" : "lightbulb"), offered.source), ...(taken ? [] : [take]));
  }
}
