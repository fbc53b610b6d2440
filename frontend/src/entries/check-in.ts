/** The page at the door (B9): scan, type, tap; works without a network and says so. */
import { Book, type Refusal } from "../door/book";
import { Keeper, keepPage, othersWaiting } from "../door/keep";
import { Scanner } from "../door/scan";
import { signal } from "../door/signals";
import type { Entry, Expected, Settings } from "../door/types";
import { h, icon, readJson } from "../lib/dom";
import { t } from "../lib/i18n";

const settings = readJson<Settings>("door-settings");
const root = document.getElementById("door")!;
const part = <T extends HTMLElement>(name: string): T => root.querySelector<T>(`[data-${name}]`)!;
const TICKET = /\/book\/t\/([A-Za-z0-9_-]{22})(?:[/?#]|$)/;
const ROUND = 20_000;
const SHOWN = 20;
const AT_ONCE = [1, 2, 3, 4, 5, 10];

const book = new Book(settings, new Keeper(settings.owner, settings.session), draw, refusals);
let atOnce = 1;
/** Walk-ins of this page by audience, newest last, so that "minus" takes back one's own. */
const mine = new Map<string, Entry[]>();

function clock(at: string): string {
  return new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: settings.zone }).format(new Date(at));
}

function who(row: Expected): string {
  const people = t(`${row.party} 人`, `${row.party} people`);
  return [row.group || row.name, people, row.number ? t(`${row.number} 号`, `no. ${row.number}`) : ""].filter(Boolean).join(" · ");
}

type Tone = "good" | "warn" | "bad";
const SYMBOLS = { good: "check-circle-fill", warn: "exclamation-triangle-fill", bad: "x-circle-fill" };

function card(tone: Tone, title: string, text: string, ...actions: HTMLElement[]): HTMLElement {
  const words = h("div", {}, h("p", { class: "door-said-title" }, title), text ? h("p", {}, text) : null, actions.length ? h("div", { class: "door-actions" }, ...actions) : null);
  return h("div", { class: `door-said door-said-${tone}` }, icon(SYMBOLS[tone]), words);
}

/** The big answer to the last act. */
function answer(tone: Tone, title: string, text: string, ...actions: HTMLElement[]): void {
  signal(tone === "good");
  part("answer").replaceChildren(card(tone, title, text, ...actions));
}

function button(text: string, act: () => void, look = "btn-outline-secondary"): HTMLButtonElement {
  return h("button", { type: "button", class: `btn ${look}`, onclick: act }, text);
}

function undoButton(entry: Entry): HTMLButtonElement {
  return button(t("撤销", "Undo"), () => {
    void book.takeBack(entry.client_id);
    for (const [code, taps] of mine) {
      mine.set(code, taps.filter((tap) => tap.client_id !== entry.client_id));
    }
    answer("warn", t("已撤销", "Taken back"), "");
    draw();
  });
}

async function letIn(row: Expected, people = row.party): Promise<void> {
  clearSearch();
  const inside = book.inside(row);
  if (inside) {
    const by = inside.by ? t(`由${inside.by}`, `by ${inside.by}`) : t("由这部手机", "by this phone");
    answer("warn", t(`${clock(inside.at)} 已经签到`, `Already in since ${clock(inside.at)}`), `${who(row)}${t("，", ", ")}${by}`, button(t("撤销那一次", "Take that back"), () => void book.takeBack(inside.clientId).then(() => answer("warn", t("已撤销", "Taken back"), who(row)))));
    return;
  }
  if (row.waits) {
    answer("bad", t("还在候补，没有名额", "Still waiting, no place"), who(row), walkButton(row.party));
    return;
  }
  const entry = await book.letIn({ booking: row.id, people });
  const fewer = people > 1 ? [button(t(`只来了 ${people - 1} 人`, `Only ${people - 1} came`), () => void book.takeBack(entry.client_id).then(() => letIn(row, people - 1)))] : [];
  answer("good", t(`已签到 ${people} 人`, `${people} checked in`), `${who(row)} · ${row.code}`, ...fewer, undoButton(entry));
}

function walkButton(people: number, at?: string): HTMLButtonElement {
  return button(t(`按现场参加登记 ${people} 人`, `Count ${people} as walk-ins`), () => void walkIn("", people, at), "btn-outline-primary");
}

async function walkIn(audience: string, people = atOnce, at?: string): Promise<void> {
  const entry = await book.letIn({ people, audience, at });
  mine.set(audience, [...(mine.get(audience) ?? []), entry]);
  answer("good", t(`现场参加 +${people}`, `Walk-ins +${people}`), settings.audiences.find((row) => row.code === audience)?.name ?? t("未区分", "Not told apart"), undoButton(entry));
  draw();
}

async function scanned(text: string): Promise<void> {
  const token = TICKET.exec(text)?.[1];
  if (!token) {
    answer("bad", t("这不是预约的二维码", "Not a ticket's code"), t("请对方打开预约链接，出示签到二维码。", "Ask for the code on the booking page."));
    return;
  }
  if (!book.byToken(token)) {
    await book.sync(); // it may have been booked a moment ago
  }
  const row = book.byToken(token);
  if (row) {
    await letIn(row);
  } else {
    answer("bad", t("名单里没有这张票", "Not on the list"), book.line === "online" ? t("可能是别的场次，或已经取消。", "It may be for another session, or cancelled.") : t("现在离线，名单可能不是最新的。", "You are offline; the list may be old."), walkButton(1));
  }
}

const scanner = new Scanner(part<HTMLVideoElement>("video"), (text) => void scanned(text));

async function toggleCamera(): Promise<void> {
  const problem = part("camera-problem");
  problem.hidden = true;
  if (scanner.isOn) {
    scanner.stop();
  } else {
    try {
      part("camera").hidden = false;
      await scanner.start();
    } catch (error) {
      scanner.stop();
      problem.textContent = (error as Error).message;
      problem.hidden = false;
    }
  }
  part("camera").hidden = !scanner.isOn;
  part("scan").querySelector("span")!.textContent = scanner.isOn ? t("关闭相机", "Close the camera") : t("打开相机扫码", "Scan with the camera");
}

function clearSearch(): void {
  part<HTMLInputElement>("text").value = "";
  drawFound();
}

function drawFound(): void {
  const text = part<HTMLInputElement>("text").value.trim();
  const found = book.find(text);
  const rows = found.slice(0, SHOWN).map((row) => {
    const inside = book.inside(row);
    const state = inside ? t(`${clock(inside.at)} 已签到`, `in since ${clock(inside.at)}`) : row.waits ? t("候补中", "waiting") : t("签到", "Check in");
    return h("li", {}, h("button", { type: "button", class: `door-person${inside ? " is-inside" : ""}`, "data-booking": row.id, onclick: () => void letIn(row) }, h("span", {}, h("strong", {}, row.name || row.code), h("small", {}, `${who(row)} · ${row.code}${row.last4 ? ` · ${t("尾号", "ends")} ${row.last4}` : ""}`)), h("span", { class: "door-person-state" }, state)));
  });
  if (text && !rows.length) {
    rows.push(h("li", { class: "muted" }, t("名单里没有找到。", "Nobody found.")));
  } else if (found.length > SHOWN) {
    rows.push(h("li", { class: "muted" }, t(`还有 ${found.length - SHOWN} 个，请多输几个字。`, `${found.length - SHOWN} more; type a little more.`)));
  }
  part("found").replaceChildren(...rows);
}

function drawLine(): void {
  const waiting = book.people(book.pending);
  const undo = book.waiting.some((entry) => entry.undo);
  const line = part("line");
  const say = (tone: string, symbol: string, text: string, ...more: HTMLElement[]): void => {
    if (line.dataset.said !== `${tone}${text}`) {
      line.dataset.said = `${tone}${text}`;
      line.className = `door-line door-line-${tone}`;
      line.replaceChildren(icon(symbol), h("span", {}, text), ...more);
    }
  };
  if (book.line === "offline") {
    say("off", "wifi-off", waiting ? t(`离线，已记录 ${waiting} 人，联网后自动上传`, `Offline: ${waiting} people recorded, sent when the network is back`) : t("离线，照常签到，联网后自动上传", "Offline: go on, it is sent when the network is back"));
  } else if (book.line === "signed-out") {
    const again = h("a", { class: "btn btn-sm btn-primary", href: `/accounts/login/?next=${encodeURIComponent(location.pathname)}` }, t("重新登录", "Sign in"));
    say("bad", "person-lock", t(`登录已过期，已记录的 ${waiting} 人还在这部手机上`, `Signed out; ${waiting} people are kept on this phone`), again);
  } else if (book.line === "refused") {
    say("bad", "x-circle-fill", book.lineText || t("上传没有成功，记录还在这部手机上。", "Not sent; the records are kept on this phone."));
  } else if (waiting || undo) {
    say("busy", "arrow-repeat", waiting ? t(`正在上传 ${waiting} 人…`, `Sending ${waiting}…`) : t("正在上传…", "Sending…"));
  } else {
    say("on", "check-circle", t("已联网，全部已上传", "Online, everything sent"));
  }
}

function drawWalks(): void {
  const audiences = [...settings.audiences, { code: "", name: t("未区分", "Others") }];
  part("walks").replaceChildren(
    ...audiences.map(({ code, name }) => {
      const taps = mine.get(code) ?? [];
      const minus = h("button", { type: "button", class: "btn btn-outline-secondary door-minus", disabled: taps.length === 0, "aria-label": t(`撤回一次${name}`, `Take back one: ${name}`) }, icon("dash-lg"));
      minus.addEventListener("click", () => {
        const last = taps.at(-1);
        if (last) {
          mine.set(code, taps.slice(0, -1));
          void book.takeBack(last.client_id).then(() => answer("warn", t("已撤销", "Taken back"), name));
        }
      });
      const plus = h("button", { type: "button", class: "btn btn-outline-primary door-plus", "data-audience": code || "none" }, h("span", {}, name), h("strong", { class: "numbers" }, String(book.walkIns(code))));
      plus.addEventListener("click", () => void walkIn(code));
      return h("div", { class: "door-walk" }, plus, minus);
    }),
  );
}

function drawPeople(): void {
  part("people").replaceChildren(
    ...AT_ONCE.map((number) =>
      h("button", { type: "button", class: `btn ${number === atOnce ? "btn-primary" : "btn-outline-secondary"}`, "aria-pressed": String(number === atOnce), onclick: () => ((atOnce = number), drawPeople()) }, String(number)),
    ),
  );
}

function draw(): void {
  part("arrived").textContent = String(book.arrived);
  part("absent").textContent = String(book.absent);
  part("walk").textContent = String(book.allWalkIns);
  drawLine();
  const focused = document.activeElement?.closest<HTMLElement>("[data-audience]")?.dataset.audience;
  drawWalks();
  if (focused) {
    root.querySelector<HTMLElement>(`[data-audience="${focused}"]`)?.focus();
  }
  drawFound();
}

/** What the server would not count, or counted before: said plainly, with the way out. */
function refusals(refused: Refusal[]): void {
  signal(false);
  const cards = refused.map(({ entry, answer: said }) => {
    const row = book.state.expected.find((one) => one.id === entry.booking);
    const name = row ? who(row) : "";
    if (said.status === "duplicate") {
      const title = t(`${clock(said.at!)} 已由另一部手机签到`, `Already checked in at ${clock(said.at!)} by another phone`);
      return card("warn", title, [name, said.by, t("没有重复计数。", "Counted once.")].filter(Boolean).join(" · "));
    }
    const more = entry.booking ? [walkButton(entry.people ?? 1, entry.at)] : [];
    return card("bad", t("没有计入", "Not counted"), [name, said.message].filter(Boolean).join(" · "), ...more);
  });
  part("answer").replaceChildren(...cards);
}

part("scan").addEventListener("click", () => void toggleCamera());
part("text").addEventListener("input", drawFound);
part("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const found = book.find(part<HTMLInputElement>("text").value);
  if (found.length === 1) {
    void letIn(found[0]);
  }
});
window.addEventListener("online", () => void book.sync());
window.addEventListener("offline", () => ((book.line = "offline"), draw()));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") {
    void book.sync();
  } else if (scanner.isOn) {
    void toggleCamera();
  }
});
window.setInterval(() => void book.sync(), ROUND);
drawPeople();
draw();
void book.open().then(() => keepPage(settings.worker, settings.scope));
void othersWaiting(settings.owner, settings.session).then((sessions) => {
  for (const pk of sessions) {
    root.prepend(h("p", { class: "notice notice-warning" }, h("a", { href: `${settings.scope}${pk}/door/` }, t("另一场还有没上传的签到，点这里打开并上传。", "Another session has check-ins that were not sent. Open it to send them."))));
  }
});
