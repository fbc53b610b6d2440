/** A point for a place: tapped on the districts' sketch, found by the phone, or typed and pasted. WGS-84 degrees. */
import { t } from "../lib/i18n";
import { gcjToWgs } from "./datum";

export interface District {
  code: string;
  name: string;
  /** longitude, latitude pairs. */
  ring: [number, number][];
  latitude: number | null;
  longitude: number | null;
}

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 400;
const DIGITS = 6;

interface Frame {
  west: number;
  north: number;
  /** Picture units per degree of longitude and of latitude. */
  x: number;
  y: number;
  height: number;
}

function frameOf(districts: District[]): Frame | null {
  const points = districts.flatMap((one) => one.ring);
  if (points.length === 0) {
    return null;
  }
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const x = WIDTH / (east - west || 1);
  const y = x / Math.cos((((north + south) / 2) * Math.PI) / 180);
  return { west, north, x, y, height: (north - south) * y };
}

function shape(name: string, attributes: Record<string, string>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  return element;
}

export function mountPlace(root: HTMLElement, districts: District[]): void {
  const details = root.querySelector<HTMLDetailsElement>("[data-point]");
  if (!details || details.dataset.ready) {
    return;
  }
  details.dataset.ready = "1";
  const latitude = root.querySelector<HTMLInputElement>('[name$="latitude"]')!;
  const longitude = root.querySelector<HTMLInputElement>('[name$="longitude"]')!;
  const words = details.querySelector<HTMLElement>("[data-point-words]")!;
  const state = details.querySelector<HTMLElement>("[data-point-state]")!;
  const sketch = details.querySelector<HTMLElement>("[data-sketch]")!;
  const gcj = details.querySelector<HTMLInputElement>("[data-gcj]")!;
  latitude.type = "text"; // so that a pasted pair fits
  const frame = frameOf(districts);
  const dot = shape("circle", { r: "7", class: "sketch-dot" });

  const show = (): void => {
    const [lat, lon] = [Number(latitude.value), Number(longitude.value)];
    const set = latitude.value.trim() !== "" && longitude.value.trim() !== "" && !Number.isNaN(lat + lon);
    words.textContent = set ? `${lat.toFixed(4)}, ${lon.toFixed(4)}` : t("未标", "not set");
    if (frame) {
      dot.setAttribute("cx", String((lon - frame.west) * frame.x));
      dot.setAttribute("cy", String((frame.north - lat) * frame.y));
      dot.setAttribute("visibility", set ? "visible" : "hidden");
    }
  };
  const put = (lat: number | null, lon: number | null): void => {
    latitude.value = lat === null ? "" : lat.toFixed(DIGITS);
    longitude.value = lon === null ? "" : lon.toFixed(DIGITS);
    latitude.dispatchEvent(new Event("input", { bubbles: true }));
    show();
  };

  latitude.addEventListener("paste", (event) => {
    const pair = pairIn(event.clipboardData?.getData("text") ?? "");
    if (pair) {
      event.preventDefault();
      put(...(gcj.checked ? gcjToWgs(...pair) : pair));
      state.textContent = t("已填入粘贴的坐标。", "The pasted coordinates were filled in.");
    }
  });
  [latitude, longitude].forEach((field) => field.addEventListener("change", show));
  details.querySelector("[data-clear-point]")?.addEventListener("click", () => put(null, null));
  details.querySelector("[data-here]")?.addEventListener("click", () => {
    if (!("geolocation" in navigator)) {
      state.textContent = t("这个浏览器不能定位，请在图上点选或填写坐标。", "This browser cannot locate you: tap the sketch or type.");
      return;
    }
    state.textContent = t("正在定位…", "Locating…");
    navigator.geolocation.getCurrentPosition(
      (found) => {
        put(found.coords.latitude, found.coords.longitude);
        const metres = Math.round(found.coords.accuracy);
        state.textContent = t(`已定位，误差约 ${metres} 米。`, `Found, within about ${metres} m.`);
      },
      () => {
        state.textContent = t("没有得到位置。请允许浏览器定位，或在图上点选。", "No position: allow it in the browser, or tap the sketch.");
      },
      { enableHighAccuracy: true, timeout: 15000 },
    );
  });
  if (frame) {
    sketch.append(draw(districts, frame, dot, put));
  } else {
    sketch.hidden = true;
  }
  show();
}

function draw(
  districts: District[],
  frame: Frame,
  dot: SVGElement,
  put: (lat: number, lon: number) => void,
): SVGElement {
  const svg = shape("svg", {
    viewBox: `-8 -8 ${WIDTH + 16} ${frame.height + 16}`,
    role: "img",
    "aria-label": t("各区示意图，点一下选大致位置", "Sketch of the districts; tap for a rough place"),
  });
  for (const one of districts.filter((district) => district.ring.length > 0)) {
    const points = one.ring.map(([lon, lat]) => `${(lon - frame.west) * frame.x},${(frame.north - lat) * frame.y}`);
    svg.append(shape("polygon", { points: points.join(" "), class: "sketch-district" }));
    if (one.longitude !== null && one.latitude !== null) {
      const label = shape("text", {
        x: String((one.longitude - frame.west) * frame.x),
        y: String((frame.north - one.latitude) * frame.y),
        class: "sketch-name",
      });
      label.textContent = one.name;
      svg.append(label);
    }
  }
  svg.append(dot);
  svg.addEventListener("click", (event) => {
    const box = svg.getBoundingClientRect();
    const scale = (WIDTH + 16) / box.width;
    const x = (event.clientX - box.left) * scale - 8;
    const y = (event.clientY - box.top) * scale - 8;
    put(frame.north - y / frame.y, frame.west + x / frame.x);
  });
  return svg;
}

/** Two numbers in either order: in China the longitude is the larger one. */
function pairIn(text: string): [number, number] | null {
  const numbers = text.match(/-?\d+(?:\.\d+)?/g)?.map(Number) ?? [];
  if (numbers.length !== 2) {
    return null;
  }
  const [a, b] = numbers as [number, number];
  return Math.abs(a) > 90 || (a > b && b >= 0 && b <= 90 && a > 60) ? [b, a] : [a, b];
}
