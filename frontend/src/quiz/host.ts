/** The host's screen: question, countdown, counts as they come in, ranking; the buttons that lead the round. */
import { csrfToken } from "../lib/csrf";
import { confirmDialog } from "../lib/dialog";
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import { toast } from "../lib/toast";
import { ServerClock } from "./clock";
import { countdown, heading, letter, picture, podium, ranking } from "./pieces";
import type { HostConfig, HostTold } from "./types";
import { LETTERS } from "./types";

export function runHost(stage: HTMLElement, config: HostConfig): void {
  const clock = new ServerClock(config.now);
  const join = document.getElementById("live-join");
  const buttons = document.getElementById("live-buttons");
  let told = config.first;
  let shown = "";
  let keys = "";
  let timer: ReturnType<typeof countdown> | null = null;
  let count: HTMLElement | null = null;

  const take = (said: HostTold & { now: number }, sent: number): void => {
    clock.learn(said.now, sent);
    told = said;
    draw();
  };

  const act = async (what: Record<string, string>): Promise<void> => {
    const sent = performance.now();
    try {
      const response = await fetch(config.act, {
        method: "POST",
        body: new URLSearchParams({ position: String(told.n), ...what }),
        headers: { "X-CSRFToken": csrfToken(), Accept: "application/json" },
      });
      const said = (await response.json()) as HostTold & { now: number; message?: string; error?: string };
      if (response.ok) {
        take(said, sent);
      } else {
        toast(said.message ?? said.error ?? t("没有成功，请再试。", "That did not work. Try again."), { level: "error" });
      }
    } catch {
      toast(t("网络不通，请再试。", "No connection. Try again."), { level: "error" });
    }
  };

  const button = (words: string, sign: string, what: Record<string, string>, css = "btn-primary"): HTMLElement =>
    h("button", { class: `btn btn-lg ${css}`, type: "button", onclick: () => void act(what) }, icon(sign), words);

  const end = (): HTMLElement =>
    h(
      "button",
      {
        class: "btn btn-lg btn-outline-danger",
        type: "button",
        onclick: async () => {
          if (await confirmDialog(t("结束这一场？", "End this round?"), { yes: t("结束", "End") })) {
            void act({ do: "end" });
          }
        },
      },
      icon("flag"),
      t("结束，公布排名", "End and show the ranking"),
    );

  const lead = (): void => {
    const isOpen = told.phase === "question" && clock.now() < told.shuts;
    const mark = `${told.k}.${isOpen}`;
    if (!buttons || keys === mark) {
      return;
    }
    keys = mark;
    const hasMore = told.n < told.of;
    const next = hasMore ? button(told.n ? t("下一题", "Next question") : t("开始", "Start"), "play-fill", { do: "next" }) : null;
    const lock = told.locked
      ? button(t("允许加入", "Let people in"), "unlock", { do: "lock", locked: "0" }, "btn-outline-primary")
      : button(t("停止加入", "Close the door"), "lock", { do: "lock", locked: "1" }, "btn-outline-primary");
    const stop = button(t("结束作答", "Stop answers"), "stop-fill", { do: "stop" }, "btn-outline-primary");
    const board = button(t("看排名", "Show the ranking"), "bar-chart", { do: "board" }, "btn-outline-primary");
    const wanted =
      told.phase === "over" ? [] : told.phase === "lobby" ? [next, lock, end()] : isOpen ? [stop]
      : told.phase === "board" ? [next, lock, end()] : told.phase === "reveal" ? [board, next, end()] : [];
    buttons.replaceChildren(...wanted.filter((one): one is HTMLElement => one !== null));
  };

  const show = (mark: string, ...children: (Node | null)[]): void => {
    shown = mark;
    timer = count = null;
    stage.replaceChildren(...children.filter((child): child is Node => child !== null));
  };

  const people = (): HTMLElement =>
    h("p", { class: "live-count", role: "status" }, icon("people-fill"), t(`${told.players} 人`, `${told.players} people`));

  const names = (): HTMLElement =>
    h(
      "ul",
      { class: "live-names" },
      ...(told.names ?? []).map(([pk, name]) =>
        h(
          "li",
          {},
          h(
            "button",
            {
              class: "live-name",
              type: "button",
              "aria-label": t(`请“${name}”换昵称`, `Ask “${name}” for another nickname`),
              onclick: async () => {
                const question = t(`移出“${name}”？`, `Remove “${name}”?`);
                const detail = t("对方可以换一个昵称重新加入。", "They may join again under another name.");
                if (await confirmDialog(question, { detail, yes: t("移出", "Remove"), danger: true })) {
                  void act({ do: "remove", player: String(pk) });
                }
              },
            },
            name,
          ),
        ),
      ),
    );

  const ask = (): void => {
    const question = told.q;
    if (!question) {
      return;
    }
    const bar = countdown();
    const answered = h("p", { class: "live-count", role: "status" });
    show(
      `ask.${told.n}`,
      heading(told),
      bar.node,
      h("p", { class: "live-stem" }, question.stem),
      picture(question),
      h(
        "ul",
        { class: "live-options" },
        ...question.options.map((text, place) => h("li", {}, letter(question, place), h("span", {}, text))),
      ),
      answered,
    );
    timer = bar;
    count = answered;
  };

  const reveal = (): void => {
    const question = told.q;
    if (!question) {
      return;
    }
    const all = Math.max(1, told.answered ?? 0);
    show(
      `reveal.${told.k}.${told.answered}`,
      heading(told),
      h("p", { class: "live-stem" }, question.stem),
      h(
        "ul",
        { class: "live-options" },
        ...question.options.map((text, place) => {
          const number = told.counts?.[LETTERS[place]] ?? 0;
          const isRight = (told.right ?? "").includes(LETTERS[place]);
          return h(
            "li",
            { class: isRight ? "quiz-right" : null },
            letter(question, place),
            h("span", {}, text),
            isRight ? icon("check-circle-fill", t("正确答案", "Right answer")) : null,
            h("meter", { min: 0, max: all, value: number, "aria-label": text }),
            h("span", { class: "numbers" }, String(number)),
          );
        }),
      ),
      told.why ? h("p", { class: "quiz-why" }, told.why) : null,
      h("p", { class: "live-count" }, t(`${told.answered ?? 0} 人作答，${told.correct ?? 0} 人答对`, `${told.answered ?? 0} answered, ${told.correct ?? 0} right`)),
    );
  };

  const draw = (): void => {
    const now = clock.now();
    lead();
    if (join) {
      join.hidden = told.phase !== "lobby";
    }
    if (told.phase === "lobby") {
      if (shown !== `lobby.${told.k}.${told.players}`) {
        show(`lobby.${told.k}.${told.players}`, people(), names());
      }
    } else if (told.phase === "question") {
      if (now < told.opens) {
        const left = String(Math.ceil((told.opens - now) / 1000));
        if (shown !== `ready.${told.n}.${left}`) {
          show(`ready.${told.n}.${left}`, heading(told), h("p", { class: "live-huge" }, left));
        }
        return;
      }
      if (shown !== `ask.${told.n}`) {
        ask();
      }
      timer?.refresh(told.shuts - now, told.seconds * 1000);
      const words = t(`${told.answered ?? 0} / ${told.players} 人已作答`, `${told.answered ?? 0} of ${told.players} answered`);
      if (count && count.textContent !== words) {
        count.textContent = words;
      }
    } else if (told.phase === "reveal") {
      if (shown !== `reveal.${told.k}.${told.answered}`) {
        reveal();
      }
    } else if (shown !== `board.${told.k}`) {
      const title = told.phase === "over" ? t("最终排名", "Final ranking") : t("排名", "Ranking");
      show(`board.${told.k}`, h("h2", {}, title), told.phase === "over" ? podium(told) : null, ranking(told), told.phase === "board" ? names() : null);
    }
  };

  const poll = async (): Promise<void> => {
    const sent = performance.now();
    try {
      const response = await fetch(config.state, { headers: { Accept: "application/json" } });
      if (response.ok) {
        take((await response.json()) as HostTold & { now: number }, sent);
      }
    } catch {
      // Out of reach for a moment; the next poll comes anyway.
    }
    if (told.phase !== "over") {
      window.setTimeout(() => void poll(), told.phase === "question" ? 120 : 800);
    }
  };

  draw();
  window.setInterval(draw, 100);
  void poll();
}
