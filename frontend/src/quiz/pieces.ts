/** What both screens show alike. */
import { h } from "../lib/dom";
import { t } from "../lib/i18n";
import type { Question, Told } from "./types";
import { LETTERS } from "./types";

export function heading(told: Told): HTMLElement {
  return h("p", { class: "live-number numbers" }, t(`第 ${told.n} / ${told.of} 题`, `Question ${told.n} of ${told.of}`));
}

export function picture(question: Question): HTMLElement | null {
  return question.picture
    ? h("figure", { class: "quiz-picture" }, h("img", { src: question.picture, alt: question.alt }))
    : null;
}

export function letter(question: Question, place: number): HTMLElement | null {
  return question.judge ? null : h("span", { class: "quiz-letter" }, LETTERS[place]);
}

export function ranking(told: Told): HTMLElement {
  return h(
    "ol",
    { class: "quiz-board" },
    ...(told.top ?? []).map((row) =>
      h(
        "li",
        { class: `quiz-board-row live-rank-${Math.min(row.rank, 4)}` },
        h("span", { class: "quiz-rank" }, String(row.rank)),
        h("span", { class: "quiz-who" }, row.name),
        h("span", { class: "quiz-score numbers" }, t(`${row.points} 分`, `${row.points} points`)),
      ),
    ),
  );
}

/** The first three on their steps; who shares a rank stands on a step of the same height. */
export function podium(told: Told): HTMLElement {
  const steps = (told.top ?? []).slice(0, 3).map((row) =>
    h(
      "li",
      { class: `live-step live-step-${Math.min(row.rank, 3)}` },
      h("strong", {}, row.name),
      h("span", { class: "numbers" }, t(`${row.points} 分`, `${row.points} points`)),
      h("span", { class: "live-block" }, String(row.rank)),
    ),
  );
  return h("ol", { class: "live-podium" }, ...steps);
}

/** Letters of the right options, as words for a true-or-false question. */
export function rightWords(told: Told): string {
  const question = told.q;
  if (!question || !told.right) {
    return "";
  }
  return [...told.right]
    .map((one) => (question.judge ? question.options[LETTERS.indexOf(one)] : one))
    .join("、");
}

/** A bar that runs empty between the opening and the shutting; `refresh` moves it. */
export function countdown(): { node: HTMLElement; refresh: (left: number, whole: number) => void } {
  const bar = h("progress", { max: 1, value: 1, "aria-label": t("剩余时间", "Time left") });
  const words = h("span", { class: "numbers live-seconds", role: "timer" }, "");
  return {
    node: h("div", { class: "quiz-clock" }, bar, words),
    refresh(left, whole) {
      bar.value = Math.max(0, Math.min(1, left / whole));
      words.textContent = String(Math.max(0, Math.ceil(left / 1000)));
    },
  };
}
