/** Turns a list of assets in a form into a chooser with pictures. The list stays in the form and holds the ids. */
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import type { Assets } from "./assets";
import { chooseAssets } from "./library";
import type { AssetInfo, AssetKind } from "./types";

const TITLES: Record<AssetKind, [string, string]> = {
  picture: ["选择图片", "Choose a picture"],
  video: ["选择视频", "Choose a video"],
  attachment: ["选择附件", "Choose a file"],
};

/** Enhance one `<select data-asset-field>`. It dispatches `change` on every change. */
export function enhanceField(list: HTMLSelectElement, assets: Assets): void {
  if (!assets.hasLibrary) {
    return;
  }
  const kinds = (list.dataset.assetField ?? "picture").split(" ") as AssetKind[];
  const isMany = list.hasAttribute("data-multiple");
  const words = t(...TITLES[kinds[0] ?? "picture"]);
  const rows = h("ul", { class: "rt-chosen" });
  const label = document.querySelector<HTMLLabelElement>(`label[for="${CSS.escape(list.id)}"]`);
  const choose = h("button", { type: "button", class: "btn btn-outline-primary", id: `${list.id}-choose` }, icon("folder2-open"), words);
  let ids = Array.from(list.selectedOptions).map((option) => option.value).filter(Boolean);

  const write = (): void => {
    const known = new Map(Array.from(list.options).map((option) => [option.value, option]));
    Array.from(list.options).forEach((option) => (option.selected = false));
    for (const id of ids) {
      const option = known.get(id) ?? h("option", { value: id });
      option.selected = true;
      list.append(option); // in their order
    }
    draw();
    list.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const draw = (): void => {
    rows.replaceChildren(...ids.map((id, index) => row(id, index)));
    rows.hidden = ids.length === 0;
    choose.hidden = !isMany && ids.length > 0;
  };
  const row = (id: string, index: number): HTMLElement => {
    const thumb = h("span", { class: "rt-card-thumb" }, icon("image"));
    const name = h("span", { class: "rt-chosen-name" });
    const act = (symbol: string, text: string, run: () => void, isOff = false): HTMLElement =>
      h("button", { type: "button", class: "rt-small", "aria-label": text, title: text, disabled: isOff, onclick: run }, icon(symbol));
    const item = h(
      "li",
      {},
      thumb,
      name,
      isMany && act("arrow-up", t("上移", "Move up"), () => swap(index, index - 1), index === 0),
      act("trash", t("去掉", "Take out"), () => {
        ids = ids.filter((other) => other !== id);
        write();
        choose.focus();
      }),
    );
    const show = (asset: AssetInfo | null): void => {
      name.textContent = asset ? asset.problem || asset.title || asset.alt || asset.name : t("已不在素材库里", "No longer in the library");
      thumb.replaceChildren(asset?.thumb ? h("img", { src: asset.thumb, alt: "" }) : icon(asset?.kind === "attachment" ? "paperclip" : "image"));
    };
    void assets.follow(id, show, () => item.isConnected);
    return item;
  };
  const swap = (from: number, to: number): void => {
    const moved = ids.splice(from, 1);
    ids.splice(to, 0, ...moved);
    write();
  };
  choose.addEventListener("click", async () => {
    const found = await chooseAssets(assets, { kinds, multiple: isMany, title: words });
    if (found.length) {
      const fresh = found.map((asset) => asset.id);
      ids = isMany ? [...ids, ...fresh.filter((id) => !ids.includes(id))] : fresh;
      write();
    }
  });
  list.hidden = true;
  list.required = false;
  list.after(rows, choose);
  label?.setAttribute("for", choose.id);
  draw();
}
