/** The fields of the chosen scene and of the chosen hotspot. */
import { Assets } from "../editor/assets";
import { chooseAssets } from "../editor/library";
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import type { EditorData, Model, Scene, Spot } from "./editor-model";

let count = 0;

function field(label: string, input: HTMLElement, hint = ""): HTMLElement {
  count += 1;
  input.id = `tour-field-${count}`;
  return h("div", { class: "field" }, h("label", { class: "form-label", for: input.id }, label), input, hint && h("div", { class: "form-text" }, hint));
}

function line(value: string, write: (value: string) => void, more: Record<string, string> = {}): HTMLInputElement {
  const input = h("input", { class: "form-control", maxlength: "60", ...more });
  input.value = value;
  input.addEventListener("input", () => write(input.value));
  return input;
}

function prose(value: string, write: (value: string) => void): HTMLTextAreaElement {
  const area = h("textarea", { class: "form-control", rows: "3", maxlength: "1000" });
  area.value = value;
  area.addEventListener("input", () => write(area.value));
  return area;
}

/** Name and words of a scene. */
export function sceneFields(model: Model, scene: Scene): HTMLElement[] {
  const write = (name: "name" | "text") => (value: string): void =>
    model.change(() => (scene[name] = value), { merge: `scene:${scene.key}:${name}`, quietly: true });
  return [
    field(t("场景名称", "Name of the scene"), line(scene.name, write("name"))),
    field(t("场景说明", "Description"), prose(scene.text, write("text")), t("读屏用户和列表里看到，例如：左边是冲泡台。", "Shown in the list and read to those who do not see it.")),
  ];
}

/** Everything about a hotspot. */
export function spotFields(model: Model, data: EditorData, assets: Assets | null, scene: Scene, spot: Spot, isPresent: () => boolean): HTMLElement[] {
  const write = (name: "title" | "text" | "url") => (value: string): void =>
    model.change(() => (spot[name] = value), { merge: `spot:${spot.key}:${name}`, quietly: true });
  const kind = h("select", { class: "form-select" }, ...Object.entries(data.labels).map(([value, label]) => h("option", { value, selected: value === spot.kind }, label)));
  kind.addEventListener("change", () => model.change(() => (spot.kind = kind.value as Spot["kind"])));
  const found = [field(t("种类", "Kind"), kind), field(t("热点名称", "Name of the hotspot"), line(spot.title, write("title")))];
  if (spot.kind === "scene") {
    const others = model.scenes.filter((each) => each.key !== scene.key);
    const target = h("select", { class: "form-select" }, h("option", { value: "" }, t("请选择", "Choose")), ...others.map((each) => h("option", { value: each.key, selected: each.key === spot.scene }, each.name || t("未命名", "Unnamed"))));
    target.addEventListener("change", () => model.change(() => (spot.scene = target.value)));
    found.push(field(t("前往的场景", "Leads to"), target));
  }
  if (spot.kind === "picture" || spot.kind === "video") {
    found.push(assetField(model, assets, spot, isPresent));
  }
  if (spot.kind === "link" || spot.kind === "major") {
    const hint = data.hosts.length > 0
      ? t(`本站页面（以 / 开头），或：${data.hosts.join("、")}`, `A page of this site (from /), or: ${data.hosts.join(", ")}`)
      : t("本站页面（以 / 开头）。其他网站请主办单位先允许。", "A page of this site (from /). The organiser must allow other sites first.");
    found.push(field(t("链接", "Link"), line(spot.url, write("url"), { maxlength: "500", inputmode: "url" }), hint));
  }
  if (spot.kind !== "scene") {
    found.push(field(t("文字", "Text"), prose(spot.text, write("text"))));
  }
  return found;
}

function assetField(model: Model, assets: Assets | null, spot: Spot, isPresent: () => boolean): HTMLElement {
  const isVideo = spot.kind === "video";
  const words = isVideo ? t("选择视频", "Choose a video") : t("选择图片", "Choose a picture");
  const name = h("span", {}, spot.asset ? "…" : t("还没有选", "Nothing chosen"));
  const thumb = h("span", { class: "rt-card-thumb" }, icon(isVideo ? "film" : "image"));
  const choose = h("button", { type: "button", class: "btn btn-outline-primary" }, icon("folder2-open"), words);
  choose.addEventListener("click", async () => {
    const [asset] = assets ? await chooseAssets(assets, { kinds: [isVideo ? "video" : "picture"], multiple: false, title: words }) : [];
    if (asset) {
      model.change(() => (spot.asset = asset.id));
    }
  });
  if (spot.asset && assets) {
    void assets.follow(spot.asset, (asset) => {
      name.textContent = asset ? asset.title || asset.name : t("已不在素材库里", "No longer in the library");
      if (asset?.thumb) {
        thumb.replaceChildren(h("img", { src: asset.thumb, alt: "" }));
      }
    }, isPresent);
  }
  return h("div", { class: "field cluster" }, thumb, name, choose);
}
