/** A player's phone: asks about once a second, shows each question at the moment the server named. */
import { csrfToken } from "../lib/csrf";
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import { around, ServerClock } from "./clock";
import { countdown, heading, letter, picture, ranking, rightWords } from "./pieces";
import type { PlayerConfig, Told } from "./types";

export function runPlayer(stage: HTMLElement, config: PlayerConfig): void {
  const clock = new ServerClock(config.now);
  let told = config.first;
  let answered = 0;
  let shown = "";
  let timer: ReturnType<typeof countdown> | null = null;

  const show = (mark: string, ...children: (Node | string | null)[]): void => {
    shown = mark;
    timer = null;
    stage.replaceChildren(...children.filter((child): child is Node | string => child !== null));
  };
  const say = (text: string, more = ""): HTMLElement =>
    h("div", { class: "live-say", role: "status" }, h("p", { class: "live-big" }, text), more ? h("p", {}, more) : null);

  const send = async (places: number[], buttons: HTMLButtonElement[], problem: HTMLElement): Promise<void> => {
    const position = told.n;
    for (const button of buttons) {
      button.disabled = true;
    }
    const body = new URLSearchParams({ position: String(position) });
    for (const place of places) {
      body.append("choice", String(place));
    }
    try {
      const response = await fetch(config.answer, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
      });
      const said = (await response.json()) as { taken?: number; error?: string };
      if (!response.ok) {
        problem.textContent = said.error ?? t("没有提交成功，请再试。", "Not sent. Try again.");
        if (response.status >= 500) {
          throw new Error(problem.textContent);
        }
      } else {
        answered = position;
        show(`sent.${position}`, heading(told), say(t("已提交", "Sent"), t("看大屏幕，等待公布答案。", "Watch the big screen.")));
      }
    } catch {
      problem.textContent = t("网络不通，请再点一次。", "No connection. Tap again.");
      for (const button of buttons) {
        button.disabled = false;
      }
    }
  };

  const ask = (): void => {
    const question = told.q;
    if (!question) {
      return;
    }
    const problem = h("p", { class: "field-error", role: "alert" });
    const chosen = new Set<number>();
    const buttons: HTMLButtonElement[] = question.options.map((text, place) =>
      h(
        "button",
        {
          class: "quiz-choice live-choice",
          type: "button",
          "aria-pressed": question.many ? "false" : null,
          onclick: (event) => {
            if (!question.many) {
              void send([place], buttons, problem);
              return;
            }
            const button = event.currentTarget as HTMLButtonElement;
            if (!chosen.delete(place)) {
              chosen.add(place);
            }
            button.setAttribute("aria-pressed", String(chosen.has(place)));
          },
        },
        letter(question, place),
        h("span", {}, text),
      ),
    );
    const done = question.many
      ? h(
          "button",
          {
            class: "btn btn-primary btn-lg",
            type: "button",
            onclick: () => {
              if (chosen.size > 0) {
                void send([...chosen], [...buttons, done as HTMLButtonElement], problem);
              } else {
                problem.textContent = t("请先选择。", "Choose first.");
              }
            },
          },
          t("提交", "Send"),
        )
      : null;
    const bar = countdown();
    show(
      `ask.${told.n}`,
      heading(told),
      bar.node,
      h("p", { class: "quiz-stem" }, question.stem),
      question.many ? h("p", { class: "muted" }, t("可选多项", "Choose all that apply")) : null,
      picture(question),
      h("div", { class: "live-choices" }, ...buttons),
      done,
      problem,
    );
    timer = bar;
  };

  const reveal = (): void => {
    const me = told.me;
    const right = me?.right === true;
    const verdict = right ? t("答对了", "Right") : me?.right === false ? t("答错了", "Wrong") : t("没有作答", "No answer");
    show(
      `reveal.${told.k}`,
      heading(told),
      h(
        "p",
        { class: `quiz-verdict ${right ? "quiz-verdict-right" : "quiz-verdict-wrong"}`, role: "status" },
        icon(right ? "check-circle-fill" : "x-circle-fill"),
        verdict,
      ),
      h("p", {}, t(`正确答案：${rightWords(told)}`, `Answer: ${rightWords(told)}`)),
      told.why ? h("p", { class: "quiz-why" }, told.why) : null,
      me ? standing() : null,
    );
  };

  const standing = (): HTMLElement => {
    const me = told.me;
    return h(
      "dl",
      { class: "figures" },
      h("div", { class: "figure-number" }, h("dt", {}, t("名次", "Rank")), h("dd", {}, me ? String(me.rank) : "—")),
      h("div", { class: "figure-number" }, h("dt", {}, t("总分", "Points")), h("dd", {}, me ? String(me.points) : "0")),
      told.phase === "reveal"
        ? h("div", { class: "figure-number" }, h("dt", {}, t("本题", "This one")), h("dd", {}, me ? `+${me.gained}` : "—"))
        : null,
    );
  };

  const draw = (): void => {
    const now = clock.now();
    if (told.phase === "removed") {
      if (shown !== "removed") {
        show(
          "removed",
          say(t("主持人请您换一个昵称", "The host asks you for another nickname")),
          h("p", {}, h("a", { class: "btn btn-primary", href: config.join }, t("重新加入", "Join again"))),
        );
      }
    } else if (told.phase === "gone") {
      if (shown !== "gone") {
        show("gone", say(t("这一场已经结束", "This round is over")));
      }
    } else if (told.phase === "lobby") {
      if (shown !== `lobby.${told.players}`) {
        show(
          `lobby.${told.players}`,
          say(t("已加入", "You are in"), t(`现在 ${told.players} 人，等主持人开始。`, `${told.players} people. Waiting for the host.`)),
        );
      }
    } else if (told.phase === "question") {
      if (now < told.opens) {
        const left = String(Math.ceil((told.opens - now) / 1000));
        if (shown !== `ready.${told.n}.${left}`) {
          show(`ready.${told.n}.${left}`, heading(told), h("p", { class: "live-big" }, left));
        }
      } else if (now >= told.shuts) {
        if (shown !== `wait.${told.n}`) {
          show(`wait.${told.n}`, heading(told), say(t("时间到", "Time is up")));
        }
      } else if (answered !== told.n && shown !== `ask.${told.n}`) {
        ask();
      } else if (answered === told.n && shown !== `sent.${told.n}`) {
        show(`sent.${told.n}`, heading(told), say(t("已提交", "Sent")));
      }
      timer?.refresh(told.shuts - now, told.seconds * 1000);
    } else if (told.phase === "reveal") {
      if (shown !== `reveal.${told.k}`) {
        reveal();
      }
    } else if (shown !== `board.${told.k}`) {
      const title = told.phase === "over" ? t("最终排名", "Final ranking") : t("排名", "Ranking");
      show(`board.${told.k}`, h("h2", {}, title), told.me ? standing() : null, ranking(told));
    }
  };

  const pause = (): number => {
    if (told.phase === "question") {
      const rest = told.shuts + 1000 - clock.now();
      // Just after it shuts the answer is there; spread over half a second.
      return rest > 0 ? Math.min(around(2000), rest + Math.random() * 500) : around(300);
    }
    return told.phase === "over" || told.phase === "gone" ? around(5000) : around(1200);
  };

  const poll = async (): Promise<void> => {
    const sent = performance.now();
    try {
      const response = await fetch(`${config.state}?k=${encodeURIComponent(told.k)}`, { headers: { Accept: "application/json" } });
      if (response.ok) {
        const said = (await response.json()) as Partial<Told> & { now: number };
        clock.learn(said.now, sent);
        told = said.phase ? (said as Told) : { ...told, players: said.players ?? told.players };
        draw();
      }
    } catch {
      // Out of reach for a moment; the next poll comes anyway.
    }
    if (told.phase !== "removed" && told.phase !== "gone") {
      window.setTimeout(() => void poll(), pause());
    }
  };

  draw();
  window.setInterval(draw, 100);
  window.setTimeout(() => void poll(), around(600));
}
