/** The dialog for a frame of pictures or a video: what each shows, the caption, the order. */
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import type { Assets } from "./assets";
import { chooseAssets } from "./library";
import { openModal } from "./modal";
import type { MediaItem } from "./types";

export interface Frame {
  kind: "picture" | "video";
  items: MediaItem[];
  caption: string;
}

let number = 0;

/** Let the person describe a frame. Resolves to what it shall be; null when given up. */
export function editFrame(assets: Assets, frame: Frame): Promise<Frame | null> {
  const items = frame.items.map((item) => ({ ...item }));
  const isVideo = frame.kind === "video";
  const caption = h("input", { type: "text", class: "form-control", maxlength: 200, value: frame.caption, id: nextId() });
  const rows = h("ol", { class: "rt-frame-rows" });
  return new Promise((resolve) => {
    const title = isVideo ? t("视频说明", "About the video") : t("图片说明", "About the pictures");
    const modal = openModal(title, "rt-frame", (result) => {
      resolve(result === "done" && items.length ? { kind: frame.kind, items, caption: caption.value.trim() } : null);
      if (result === "done") {
        items.forEach((item) => void assets.describe(item.id, item.alt));
      }
    });
    const draw = (): void => rows.replaceChildren(...items.map((item, index) => row(assets, items, item, index, isVideo, draw)));
    draw();
    const add = h("button", { type: "button", class: "btn btn-outline-primary", hidden: isVideo }, icon("plus-lg"), t("再加图片", "Add pictures"));
    add.addEventListener("click", async () => {
      const found = await chooseAssets(assets, { kinds: ["picture"], multiple: true, title: t("选择图片", "Choose pictures") });
      items.push(...found.filter((asset) => !items.some((item) => item.id === asset.id)).map(({ id, alt }) => ({ id, alt })));
      draw();
    });
    modal.body.append(
      rows,
      add,
      h("div", { class: "field" }, h("label", { for: caption.id, class: "form-label" }, t("图注（显示在下方）", "Caption (shown below)")), caption),
    );
    modal.foot.append(
      h("button", { type: "button", class: "btn btn-outline-secondary", onclick: () => modal.close() }, t("取消", "Cancel")),
      h("button", { type: "button", class: "btn btn-primary", "data-enter": "", onclick: () => modal.close("done") }, t("完成", "Done")),
    );
    (rows.querySelector("input") ?? caption).focus();
  });
}

function nextId(): string {
  number += 1;
  return `rt-frame-${number}`;
}

function row(
  assets: Assets,
  items: MediaItem[],
  item: MediaItem,
  index: number,
  isVideo: boolean,
  draw: () => void,
): HTMLElement {
  const alt = h("input", { type: "text", class: "form-control", maxlength: 200, value: item.alt, id: nextId() });
  alt.addEventListener("input", () => (item.alt = alt.value.trim()));
  const thumb = h("span", { class: "rt-card-thumb" });
  void assets.get(item.id).then((asset) => {
    thumb.replaceChildren(asset?.thumb ? h("img", { src: asset.thumb, alt: "" }) : icon(isVideo ? "film" : "image"));
    if (asset && !alt.value && asset.alt) {
      alt.value = item.alt = asset.alt;
    }
  });
  const move = (step: number): void => {
    items.splice(index, 1);
    items.splice(index + step, 0, item);
    draw();
  };
  const button = (name: string, label: string, act: () => void, isOff: boolean): HTMLElement =>
    h("button", { type: "button", class: "rt-small", "aria-label": label, title: label, disabled: isOff, onclick: act }, icon(name));
  const order = String(index + 1);
  return h(
    "li",
    {},
    thumb,
    h(
      "div",
      { class: "rt-frame-words" },
      !isVideo && h("label", { for: alt.id }, t("图上有什么（读屏软件会读出来）", "What it shows (read out by screen readers)")),
      !isVideo && alt,
    ),
    !isVideo &&
      h(
        "div",
        { class: "rt-frame-order" },
        button("arrow-up", t(`第 ${order} 张上移`, `Move picture ${order} up`), () => move(-1), index === 0),
        button("arrow-down", t(`第 ${order} 张下移`, `Move picture ${order} down`), () => move(1), index === items.length - 1),
        button(
          "trash",
          t(`去掉第 ${order} 张`, `Take picture ${order} out`),
          () => {
            items.splice(index, 1);
            draw();
          },
          items.length === 1,
        ),
      ),
  );
}
