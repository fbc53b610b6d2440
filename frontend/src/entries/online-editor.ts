/** The tour editor: pictures, scenes in order, hotspots; saved by itself, with undo. */
import { Assets } from "../editor/assets";
import type { ContentConfig } from "../editor/types";
import { csrfToken } from "../lib/csrf";
import { h, icon, readJson } from "../lib/dom";
import { t } from "../lib/i18n";
import { toast } from "../lib/toast";
import { mountUploadList } from "../lib/uploader-list";
import { sceneFields, spotFields } from "../online/editor-forms";
import { type EditorData, Model, newKey, type Panorama, type Scene, type Spot } from "../online/editor-model";
import { Stage } from "../online/editor-stage";

const ASK_AGAIN = 2000;
const ZERO = "00000000-0000-0000-0000-000000000000";

class Editor {
  private readonly model: Model;
  private readonly stage: Stage;
  private readonly assets: Assets;
  private panoramas: Map<string, Panorama>;
  private scene = "";
  private spot = "";
  private kind: Spot["kind"] | null = null;
  private isAsking = false;
  private readonly status: HTMLElement;
  private readonly list = h("ol", { class: "tour-scene-list", "aria-label": t("场景", "Scenes") });
  private readonly tools = h("div", { class: "tour-tools" });
  private readonly adding = h("div", { class: "tour-tools", role: "group", "aria-label": t("添加热点", "Add a hotspot") });
  private readonly hint = h("p", { class: "muted", role: "status" });
  private readonly sceneForm = h("div", { class: "tour-form" });
  private readonly spotForm = h("div", { class: "tour-form panel" });
  private readonly work = h("div", { class: "tour-work" });

  constructor(
    private readonly data: EditorData,
    config: ContentConfig,
    root: HTMLElement,
  ) {
    this.assets = new Assets(config);
    this.panoramas = new Map(data.panoramas.map((each) => [each.id, each]));
    this.status = root.querySelector<HTMLElement>(".tour-saved")!;
    this.stage = new Stage(data.icons, {
      placed: (pitch, yaw) => this.place(pitch, yaw),
      moved: (key, pitch, yaw) => this.changeSpot(key, (spot) => Object.assign(spot, { pitch: round(pitch), yaw: round(yaw) })),
      chosen: (key) => this.choose(key),
    });
    this.model = new Model(data, () => this.draw(), (text, isError) => this.say(text, isError), (revision) => void this.saved(revision));
    this.scene = this.model.scenes[0]?.key ?? "";
    this.work.append(this.tools, this.list, this.adding, this.hint, this.stage.element, this.spotForm, this.sceneForm);
    root.querySelector("#tour-stage")!.append(this.work);
    if (config.upload) {
      this.takeFiles(root.querySelector<HTMLElement>("#tour-uploads")!, config);
    }
    this.draw();
    void this.askAgain();
  }

  private get current(): Scene | undefined {
    return this.model.scenes.find((scene) => scene.key === this.scene) ?? this.model.scenes[0];
  }

  private takeFiles(place: HTMLElement, config: ContentConfig): void {
    const upload = config.upload!;
    mountUploadList(place, {
      ...upload,
      maxBytes: { ...upload.maxBytes, other: this.data.maxBytes },
      kind: "other",
      check: null,
      accept: ".jpg,.jpeg,image/jpeg",
      label: t("上传全景图", "Upload panoramas"),
      scope: `panorama:${this.data.tour}`,
      keepDone: false,
      purpose: (_file, clientId) => ({ panorama: { tour: this.data.tour }, client_id: clientId }),
      onDone: (item) => this.addScene(item.fileId, item.name),
    });
  }

  private addScene(panorama: string, file: string): void {
    if (this.model.scenes.some((scene) => scene.panorama === panorama)) {
      return;
    }
    this.panoramas.set(panorama, { id: panorama, name: file, state: "waiting", problem: "", width: 0, height: 0, sizes: [] });
    const key = newKey();
    const name = file.replace(/\.[^.]*$/, "").slice(0, 60);
    this.scene = key;
    this.model.change((scenes) => scenes.push({ key, panorama, name, text: "", pitch: 0, yaw: 0, hfov: 100, hotspots: [] }));
    void this.askAgain();
  }

  /** Ask about the pictures until all have been judged. */
  private async askAgain(): Promise<void> {
    if (this.isAsking) {
      return;
    }
    this.isAsking = true;
    while ([...this.panoramas.values()].some((each) => each.state === "waiting")) {
      await new Promise((resolve) => window.setTimeout(resolve, ASK_AGAIN));
      try {
        const response = await fetch(this.data.save, { headers: { Accept: "application/json" } });
        const found = (await response.json()) as { panoramas: Panorama[] };
        const before = JSON.stringify([...this.panoramas.values()]);
        this.panoramas = new Map(found.panoramas.map((each) => [each.id, each]));
        if (JSON.stringify(found.panoramas) !== before) {
          this.draw();
          void this.refreshSide();
        }
      } catch {
        // The network is away; it is asked again.
      }
    }
    this.isAsking = false;
  }

  private say(text: string, isError = false): void {
    this.status.textContent = text;
    this.status.classList.toggle("online-lack", isError);
    if (isError) {
      toast(text, { level: "error" });
    }
  }

  /** What stands beside follows: the revision that will be handed in, what still lacks. */
  private async saved(revision: number): Promise<void> {
    document.querySelectorAll<HTMLInputElement>("#work-form [name=revision]").forEach((input) => (input.value = String(revision)));
    await this.refreshSide();
  }

  private async refreshSide(): Promise<void> {
    const there = document.getElementById("decide");
    const response = await fetch(location.pathname).catch(() => null);
    if (there && response?.ok && !there.contains(document.activeElement)) {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById("decide");
      if (fresh) {
        there.replaceWith(document.importNode(fresh, true));
      }
    }
  }

  private draw(): void {
    const scene = this.current;
    this.scene = scene?.key ?? "";
    this.drawTools();
    this.list.replaceChildren(...this.model.scenes.map((each) => this.sceneCard(each)));
    this.list.hidden = this.model.scenes.length === 0;
    this.adding.hidden = this.stage.element.hidden = this.sceneForm.hidden = !scene;
    this.hint.textContent = scene ? "" : t("上传第一张全景图，就会出现第一个场景。", "Upload a panorama: it becomes the first scene.");
    if (scene) {
      this.drawAdding();
      const panorama = this.panoramas.get(scene.panorama);
      this.stage.show(scene, panorama?.state === "ready" ? panorama.sizes : [], this.spot);
      this.drawScene(scene);
    }
    this.drawSpot(scene);
  }

  private drawTools(): void {
    this.tools.replaceChildren(
      button("arrow-counterclockwise", t("撤销", "Undo"), () => this.model.undo(), !this.model.canUndo),
      button("arrow-clockwise", t("重做", "Redo"), () => this.model.redo(), !this.model.canRedo),
    );
  }

  private sceneCard(scene: Scene): HTMLElement {
    const panorama = this.panoramas.get(scene.panorama);
    const preview = panorama?.sizes[0]?.url;
    const state = panorama?.state === "refused" ? panorama.problem : panorama?.state === "ready" ? "" : t("正在处理…", "Being prepared…");
    const card = h(
      "button",
      { type: "button", "aria-current": scene.key === this.scene ? "true" : null },
      preview ? h("img", { src: preview, alt: "" }) : icon("badge-vr"),
      h("span", {}, scene.name || t("未命名", "Unnamed")),
      state && h("small", { class: panorama?.state === "refused" ? "online-lack" : "muted" }, state),
    );
    card.addEventListener("click", () => {
      this.scene = scene.key;
      this.spot = "";
      this.draw();
    });
    return h("li", {}, card);
  }

  private drawAdding(): void {
    this.stage.isAdding = this.kind !== null;
    this.stage.element.classList.toggle("tour-adding", this.kind !== null);
    this.adding.replaceChildren(
      ...Object.entries(this.data.labels).map(([kind, label]) => {
        const made = button(this.data.icons[kind as Spot["kind"]], label, () => this.arm(kind as Spot["kind"]));
        made.setAttribute("aria-pressed", String(this.kind === kind));
        return made;
      }),
    );
    if (this.kind) {
      this.hint.textContent = t("在全景上点一下，放到那里。", "Click on the panorama to place it there.");
      this.adding.append(button("plus-lg", t("放在画面中央", "Place it in the middle"), () => {
        const view = this.stage.view;
        if (view) {
          this.place(view.pitch, view.yaw);
        }
      }));
    }
  }

  private arm(kind: Spot["kind"]): void {
    this.kind = this.kind === kind ? null : kind;
    this.draw();
  }

  private place(pitch: number, yaw: number): void {
    const scene = this.current;
    const kind = this.kind;
    if (!scene || !kind) {
      return;
    }
    this.kind = null;
    this.spot = newKey();
    const made: Spot = { key: this.spot, kind, pitch: round(pitch), yaw: round(yaw), title: "", text: "", asset: null, scene: "", url: "" };
    this.model.change(() => scene.hotspots.push(made));
    this.spotForm.querySelector<HTMLInputElement>("input")?.focus();
  }

  private choose(key: string): void {
    this.spot = this.spot === key ? "" : key;
    this.draw();
  }

  private changeSpot(key: string, run: (spot: Spot) => void): void {
    const spot = this.current?.hotspots.find((each) => each.key === key);
    if (spot) {
      this.spot = key;
      this.model.change(() => run(spot), { merge: `move:${key}` });
    }
  }

  private drawScene(scene: Scene): void {
    const at = this.model.scenes.indexOf(scene);
    const swap = (to: number) => (): void => this.model.change((scenes) => scenes.splice(to, 0, ...scenes.splice(at, 1)));
    const isRefused = this.panoramas.get(scene.panorama)?.state === "refused";
    this.sceneForm.replaceChildren(
      ...sceneFields(this.model, scene),
      h(
        "div",
        { class: "tour-tools" },
        button("compass", t("把现在的视角设为起始视角", "Start with the present view"), () => this.startHere(scene)),
        button("arrow-left", t("场景前移", "Move earlier"), swap(at - 1), at === 0),
        button("arrow-right", t("场景后移", "Move later"), swap(at + 1), at === this.model.scenes.length - 1),
        button("trash", t("删除场景", "Delete the scene"), () => this.removeScene(scene, isRefused)),
      ),
    );
  }

  private startHere(scene: Scene): void {
    const view = this.stage.view;
    if (view) {
      this.model.change(() => Object.assign(scene, { pitch: round(view.pitch), yaw: round(view.yaw), hfov: round(Math.max(40, Math.min(120, view.hfov))) }));
      toast(t("已设为起始视角。", "This is the first view now."), {});
    }
  }

  private removeScene(scene: Scene, isRefused: boolean): void {
    this.spot = "";
    this.model.change((scenes) => {
      scenes.splice(scenes.indexOf(scene), 1);
      for (const other of scenes) {
        for (const spot of other.hotspots) {
          spot.scene = spot.scene === scene.key ? "" : spot.scene;
        }
      }
    });
    if (isRefused) {
      void this.model.save().then(() => this.removePanorama(scene.panorama));
    }
  }

  private async removePanorama(id: string): Promise<void> {
    const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
    const response = await fetch(this.data.remove.replace(ZERO, id), { method: "POST", headers }).catch(() => null);
    if (response?.ok) {
      this.panoramas.delete(id);
    }
  }

  private drawSpot(scene: Scene | undefined): void {
    const spot = scene?.hotspots.find((each) => each.key === this.spot);
    this.spotForm.hidden = !spot;
    if (!scene || !spot) {
      this.spotForm.replaceChildren();
      return;
    }
    this.spotForm.replaceChildren(
      h("h3", {}, t("热点", "Hotspot")),
      ...spotFields(this.model, this.data, this.assets, scene, spot, () => this.spotForm.isConnected),
      h(
        "div",
        { class: "tour-tools" },
        button("check-lg", t("完成", "Done"), () => this.choose(spot.key)),
        button("trash", t("删除热点", "Delete the hotspot"), () => this.model.change(() => scene.hotspots.splice(scene.hotspots.indexOf(spot), 1))),
      ),
    );
  }
}

function button(symbol: string, label: string, run: () => void, isOff = false): HTMLButtonElement {
  return h("button", { type: "button", class: "btn btn-sm btn-outline-primary", disabled: isOff, onclick: run }, icon(symbol), label);
}

/** Two digits are a tenth of what anybody sees. */
function round(degrees: number): number {
  return Math.round(degrees * 100) / 100;
}

const root = document.getElementById("tour-editor");
if (root) {
  new Editor(readJson<EditorData>("tour-editor-data"), readJson<ContentConfig>("content-config"), root);
}
