import { distanceInWords, distanceKm } from "./distance";
import { t } from "./i18n";
import { toast } from "./toast";

/** A place of the list: `id` is its number in `data-place`, `at` where the tiles show it, `wgs` where it is. */
export interface Point {
  id: number;
  at: [number, number];
  wgs: [number, number];
}

/**
 * 「离我最近」: asks the browser where it is, writes the distance to each entry and puts the nearest first. The position
 * stays in this page. `found` is called with it.
 */
export function offerNearest(points: Point[], found: (here: [number, number]) => void = () => undefined): void {
  const button = document.querySelector<HTMLButtonElement>("[data-near]");
  const list = document.getElementById("map-places");
  if (!button || !list || points.length === 0) {
    return;
  }
  button.hidden = false;
  const ask = (): void => {
    if (!("geolocation" in navigator) || !window.isSecureContext) {
      toast(t("浏览器不提供位置，请按区域查找。", "The browser gives no position. Please choose a district."), { level: "warning" });
      return;
    }
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.disabled = false;
        const here: [number, number] = [coords.latitude, coords.longitude];
        sortByDistance(list, points, here);
        found(here);
      },
      () => {
        button.disabled = false;
        toast(
          t("没有取得位置。请允许浏览器使用位置，或者按区域查找。", "No position. Please allow it in the browser, or choose a district."),
          { level: "warning" },
        );
      },
      { timeout: 15000, maximumAge: 300000 },
    );
  };
  button.addEventListener("click", ask);
  if (window.location.hash === "#near") {
    ask();
  }
}

function sortByDistance(list: HTMLElement, points: Point[], here: [number, number]): void {
  const distances = new Map(points.map((point) => [String(point.id), distanceKm(here, point.wgs)]));
  const entries = [...list.querySelectorAll<HTMLElement>("[data-place]")];
  const of = (entry: HTMLElement): number => distances.get(entry.dataset.place ?? "") ?? Infinity;
  entries.sort((one, other) => of(one) - of(other) || 0);
  for (const entry of entries) {
    const label = entry.querySelector<HTMLElement>("[data-distance]");
    if (label && Number.isFinite(of(entry))) {
      label.textContent = ` · ${distanceInWords(of(entry))}`;
    }
  }
  list.append(...entries);
  const state = document.getElementById("map-state");
  const [nearest] = entries;
  if (state && nearest) {
    const away = distanceInWords(of(nearest));
    state.textContent = t(`已按距离排列，最近的离您 ${away}。`, `Sorted by distance; the nearest is ${away} away.`);
  }
}
