/** One scene of the editor as a panorama: hotspots are placed by a click, moved by dragging or by the arrow keys. */
import { h, icon } from "../lib/dom";
import { t } from "../lib/i18n";
import type { Scene, Spot } from "./editor-model";
import { bestSize, gpuWidth, words } from "./sphere";
import type { Size } from "./types";

/** A pointer that moved less than this has clicked. In pixels. */
const STILL = 5;

export interface StageEvents {
  placed(pitch: number, yaw: number): void;
  moved(key: string, pitch: number, yaw: number): void;
  chosen(key: string): void;
}

export class Stage {
  readonly element = h("div", { class: "tour-canvas" });
  private viewer: PannellumViewer | null = null;
  private shown = "";
  private keys: string[] = [];
  private down: { x: number; y: number } | null = null;
  private readonly gpu = gpuWidth();
  isAdding = false;

  constructor(
    private readonly icons: Record<Spot["kind"], string>,
    private readonly events: StageEvents,
  ) {
    this.element.addEventListener("mousedown", (event) => (this.down = { x: event.clientX, y: event.clientY }));
    this.element.addEventListener("mouseup", (event) => this.clicked(event));
  }

  /** The view as it is: pitch, yaw, field of view. */
  get view(): { pitch: number; yaw: number; hfov: number } | null {
    const viewer = this.viewer;
    return viewer && { pitch: viewer.getPitch(), yaw: normal(viewer.getYaw()), hfov: viewer.getHfov() };
  }

  show(scene: Scene, sizes: readonly Size[], chosen: string): void {
    const size = bestSize(sizes, this.gpu);
    if (!size || this.gpu === 0) {
      this.clear(this.gpu === 0 ? t("这台设备看不了全景，换一台电脑编辑热点。", "This device cannot show panoramas.") : t("全景图正在处理，请稍候…", "The panorama is being prepared…"));
      return;
    }
    if (this.shown !== `${scene.key}:${size.url}`) {
      this.clear("");
      this.shown = `${scene.key}:${size.url}`;
      const place = h("div", { class: "tour-canvas" });
      this.element.replaceChildren(place);
      this.viewer = window.pannellum.viewer(place, {
        type: "equirectangular", panorama: size.url, preview: sizes[0]?.url, autoLoad: true, showControls: false,
        compass: false, pitch: scene.pitch, yaw: scene.yaw, hfov: scene.hfov, minHfov: 40, maxHfov: 120,
        mouseZoom: true, strings: words(), hotSpots: [],
      });
      place.setAttribute("role", "application");
      place.setAttribute("aria-label", t("全景，用方向键转动", "Panorama: arrow keys turn it"));
      this.viewer.on("load", () => this.element.setAttribute("data-loaded", scene.key));
      this.keys = [];
    }
    this.spots(scene.hotspots, chosen);
  }

  private clear(text: string): void {
    this.viewer?.destroy();
    this.viewer = null;
    this.shown = "";
    this.keys = [];
    this.element.removeAttribute("data-loaded");
    this.element.replaceChildren(text ? h("p", { class: "tour-wait" }, text) : "");
  }

  private spots(spots: readonly Spot[], chosen: string): void {
    this.keys.forEach((key) => this.viewer?.removeHotSpot(key));
    this.keys = spots.map((spot) => spot.key);
    for (const spot of spots) {
      this.viewer?.addHotSpot({
        id: spot.key, pitch: spot.pitch, yaw: spot.yaw, cssClass: "tour-spot",
        createTooltipFunc: (place) => place.append(this.button(spot, spot.key === chosen)),
      });
    }
  }

  private button(spot: Spot, isChosen: boolean): HTMLElement {
    const name = spot.title || t("未命名", "Unnamed");
    const button = h(
      "button",
      { type: "button", class: `tour-dot tour-dot-${spot.kind}`, "aria-current": isChosen ? "true" : null, "data-spot": spot.key },
      icon(this.icons[spot.kind]),
      h("span", { class: "tour-dot-name" }, name),
    );
    for (const name of ["mousedown", "mouseup", "touchstart", "click"]) {
      button.addEventListener(name, (event) => event.stopPropagation());
    }
    let from: { x: number; y: number } | null = null;
    button.addEventListener("pointerdown", (event) => {
      event.stopPropagation();
      from = { x: event.clientX, y: event.clientY };
      button.setPointerCapture(event.pointerId);
    });
    button.addEventListener("pointermove", (event) => {
      event.stopPropagation();
      if (from) {
        button.style.transform = `translate(${event.clientX - from.x}px, ${event.clientY - from.y}px)`;
      }
    });
    button.addEventListener("pointerup", (event) => {
      event.stopPropagation();
      const far = from !== null && Math.hypot(event.clientX - from.x, event.clientY - from.y) >= STILL;
      from = null;
      button.style.transform = "";
      if (far && this.viewer) {
        const [pitch, yaw] = this.viewer.mouseEventToCoords(event);
        this.events.moved(spot.key, pitch, normal(yaw));
      }
    });
    button.addEventListener("click", () => this.events.chosen(spot.key));
    button.addEventListener("keydown", (event) => {
      const by = event.shiftKey ? 10 : 2;
      const step = { ArrowUp: [by, 0], ArrowDown: [-by, 0], ArrowLeft: [0, -by], ArrowRight: [0, by] }[event.key];
      event.stopPropagation();
      if (step) {
        event.preventDefault();
        this.events.moved(spot.key, Math.max(-90, Math.min(90, spot.pitch + step[0])), normal(spot.yaw + step[1]));
        this.element.querySelector<HTMLElement>(`[data-spot="${spot.key}"]`)?.focus();
      }
    });
    return button;
  }

  private clicked(event: MouseEvent): void {
    const { down } = this;
    this.down = null;
    if (this.isAdding && this.viewer && down && Math.hypot(event.clientX - down.x, event.clientY - down.y) < STILL) {
      const [pitch, yaw] = this.viewer.mouseEventToCoords(event);
      this.events.placed(pitch, normal(yaw));
    }
  }
}

/** Degrees between -180 and 180. */
function normal(yaw: number): number {
  return ((((yaw + 180) % 360) + 360) % 360) - 180;
}
