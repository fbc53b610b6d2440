/** The public's panorama: walk by touch, mouse, keys or buttons; everything stands in the list below too. */
import { h, icon, readJson } from "../lib/dom";
import { t } from "../lib/i18n";
import { openSpot } from "../online/spot-dialog";
import { bestSize, gpuWidth, isCalm, words } from "../online/sphere";
import type { ShownScene, ShownSpot } from "../online/types";

const STEP = 15;

class Tour {
  private readonly viewer: PannellumViewer;
  private wanted = "";
  private readonly name = h("strong", { class: "tour-name", role: "status" });
  private readonly choice = h("select", { class: "form-select", "aria-label": t("场景", "Scene") });

  constructor(
    private readonly scenes: readonly ShownScene[],
    private readonly place: HTMLElement,
    bar: HTMLElement,
    gpu: number,
  ) {
    const first = scenes.find((scene) => location.hash === `#scene-${scene.key}`) ?? scenes[0];
    this.viewer = window.pannellum.viewer(place, {
      default: {
        firstScene: first.key,
        autoLoad: true,
        showControls: false,
        compass: false,
        keyboardZoom: true,
        mouseZoom: "fullscreenonly",
        minHfov: 40,
        maxHfov: 120,
        sceneFadeDuration: isCalm() ? 0 : 500,
        animationTimingFunction: (x: number) => x,
        strings: words(),
      },
      scenes: Object.fromEntries(scenes.map((scene) => [scene.key, this.sceneOf(scene, gpu)])),
    });
    place.setAttribute("role", "application");
    place.setAttribute("aria-label", t("全景，用方向键转动，加减号缩放", "Panorama: arrow keys turn it, plus and minus zoom"));
    this.viewer.on("scenechange", () => this.entered());
    this.viewer.on("load", () => {
      this.place.setAttribute("data-loaded", this.viewer.getScene());
      this.follow();
    });
    this.viewer.on("error", () => this.follow());
    bar.append(...this.controls());
    this.entered();
    this.listen();
  }

  private sceneOf(scene: ShownScene, gpu: number): PannellumScene {
    return {
      type: "equirectangular",
      panorama: bestSize(scene.sizes, gpu)?.url ?? "",
      preview: scene.preview,
      pitch: scene.pitch,
      yaw: scene.yaw,
      hfov: scene.hfov,
      hotSpots: scene.hotspots.map((spot) => ({
        id: spot.key,
        pitch: spot.pitch,
        yaw: spot.yaw,
        cssClass: "tour-spot",
        createTooltipFunc: (place) => place.append(this.button(spot)),
      })),
    };
  }

  private button(spot: ShownSpot): HTMLElement {
    const open = (): void => (spot.kind === "scene" && spot.scene ? this.go(spot.scene) : openSpot(spot));
    return h(
      "button",
      { type: "button", class: `tour-dot tour-dot-${spot.kind}`, onclick: open },
      icon(spot.icon),
      h("span", { class: "tour-dot-name" }, spot.title),
    );
  }

  private controls(): HTMLElement[] {
    const act = (symbol: string, label: string, run: () => void): HTMLElement =>
      h("button", { type: "button", class: "btn btn-outline-secondary", "aria-label": label, title: label, onclick: run }, icon(symbol));
    const calm = isCalm() ? false : 300;
    const turn = (yaw: number) => (): void => void this.viewer.setYaw(this.viewer.getYaw() + yaw, calm);
    const zoom = (by: number) => (): void => void this.viewer.setHfov(this.viewer.getHfov() + by, calm);
    for (const scene of this.scenes) {
      this.choice.append(h("option", { value: scene.key }, scene.name));
    }
    this.choice.addEventListener("change", () => this.go(this.choice.value));
    const found = [
      this.name,
      this.choice,
      act("arrow-left", t("向左转", "Turn left"), turn(-STEP)),
      act("arrow-right", t("向右转", "Turn right"), turn(STEP)),
      act("zoom-in", t("放大", "Zoom in"), zoom(-STEP)),
      act("zoom-out", t("缩小", "Zoom out"), zoom(STEP)),
    ];
    if (document.fullscreenEnabled) {
      found.push(act("fullscreen", t("全屏", "Full screen"), () => this.viewer.toggleFullscreen()));
    }
    if ("DeviceOrientationEvent" in window && matchMedia("(pointer: coarse)").matches) {
      found.push(act("phone", t("跟着手机转动", "Turn with the phone"), () => this.turnWithPhone()));
    }
    return found;
  }

  /** Only when asked: the browser may ask the person once more. */
  private turnWithPhone(): void {
    if (this.viewer.isOrientationActive()) {
      this.viewer.stopOrientation();
    } else if (this.viewer.isOrientationSupported()) {
      this.viewer.startOrientation();
    }
  }

  private go(key: string): void {
    this.wanted = key;
    this.follow();
  }

  /** Pannellum passes over what is asked while a scene loads: it is asked again when that has ended. */
  private follow(): void {
    if (this.wanted && this.viewer.getScene() !== this.wanted) {
      this.viewer.loadScene(this.wanted);
    }
  }

  private entered(): void {
    const scene = this.scenes.find((each) => each.key === this.viewer.getScene());
    this.name.textContent = scene?.name ?? "";
    this.choice.value = scene?.key ?? "";
  }

  /** The list's own buttons and links lead into the panorama. */
  private listen(): void {
    document.querySelectorAll<HTMLElement>("[data-scene]").forEach((part) => {
      part.hidden = false;
      part.addEventListener("click", (event) => {
        event.preventDefault();
        this.go(part.dataset.scene ?? "");
        this.place.scrollIntoView({ block: "center" });
        this.place.focus({ preventScroll: true });
      });
    });
  }
}

const section = document.getElementById("tour");
const scenes = readJson<ShownScene[]>("tour-scenes").filter((scene) => scene.sizes.length > 0);
const gpu = gpuWidth();
if (section && scenes.length > 0 && gpu > 0) {
  section.hidden = false;
  new Tour(scenes, document.getElementById("tour-view")!, document.getElementById("tour-bar")!, gpu);
}
