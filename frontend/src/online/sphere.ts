/** What the viewer and the editor share: Pannellum in this product's dress. */
import "pannellum/build/pannellum.js";
import "pannellum/build/pannellum.css";
import { t } from "../lib/i18n";
import type { Size } from "./types";

/** More pixels than a phone's memory likes, whatever its GPU says it could hold. */
const PHONE_WIDTH = 4096;

/** The widest texture the GPU takes; 0 without WebGL. */
export function gpuWidth(): number {
  const context = document.createElement("canvas").getContext("webgl");
  if (!context) {
    return 0;
  }
  const width = context.getParameter(context.MAX_TEXTURE_SIZE) as number;
  context.getExtension("WEBGL_lose_context")?.loseContext();
  return width;
}

/** The copy to show: what fits the GPU, and on small or saving devices no more than these need. */
export function bestSize(sizes: readonly Size[], gpu: number): Size | undefined {
  const saves = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
  const isSmall = Math.min(screen.width, screen.height) < 700;
  const limit = Math.min(gpu, saves ? 2048 : isSmall ? PHONE_WIDTH : 8192);
  const fitting = sizes.filter((size) => size.width <= limit);
  return fitting.at(-1) ?? sizes[0];
}

/** Pannellum's own words, in ours. It takes them as markup, so nothing a person typed may go in here. */
export function words(): Record<string, string> {
  return {
    loadButtonLabel: t("打开全景", "Open the panorama"),
    loadingLabel: t("正在打开…", "Loading…"),
    bylineLabel: "%s",
    noPanoramaError: t("没有全景图。", "There is no panorama."),
    fileAccessError: t("全景图打不开，请检查网络后刷新。", "The panorama cannot be loaded. Check the network and reload."),
    malformedURLError: t("全景图打不开。", "The panorama cannot be loaded."),
    iOS8WebGLError: t("这台设备看不了全景。", "This device cannot show panoramas."),
    genericWebGLError: t("这台设备看不了全景，请看下面的列表。", "This device cannot show panoramas. See the list below."),
    textureSizeError: t("全景图太大，这台设备看不了。", "The panorama is too large for this device."),
    unknownError: t("全景出了问题，请刷新。", "Something went wrong. Please reload."),
  };
}

export function isCalm(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
