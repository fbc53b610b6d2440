/** The map page with the operator's tiles: Leaflet is loaded here and nowhere else. */
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import { readJson } from "../lib/dom";
import { t } from "../lib/i18n";
import { offerNearest, type Point } from "../lib/near";

interface Tiles {
  urls: string[];
  subdomains: string;
  attribution: string;
  maxZoom: number;
  datum: "wgs84" | "gcj02";
}

const CLOSEST = 16;

/** The entry of the list that a point belongs to. */
function entryOf(point: Point): HTMLElement | null {
  return document.getElementById(`place-${point.id}`);
}

function bubble(entry: HTMLElement): HTMLElement {
  const content = document.createElement("div");
  const title = entry.querySelector("h3");
  if (title) {
    content.append(title.cloneNode(true));
  }
  entry.querySelectorAll("p").forEach((line) => content.append(line.cloneNode(true)));
  return content;
}

function marker(point: Point, entry: HTMLElement): L.Marker {
  const title = entry.querySelector("h3")?.textContent?.trim() ?? "";
  const made = L.marker(point.at, {
    icon: L.divIcon({ className: "map-pin", iconSize: [28, 36], iconAnchor: [14, 34], popupAnchor: [0, -30] }),
    title,
    riseOnHover: true,
  });
  made.on("add", () => made.getElement()?.setAttribute("aria-label", title));
  return made.bindPopup(() => bubble(entry), { maxWidth: 260 });
}

function draw(place: HTMLElement, tiles: Tiles, points: Point[]): void {
  const map = L.map(place, { zoomControl: false, scrollWheelZoom: false });
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: t("放大", "Zoom in"), zoomOutTitle: t("缩小", "Zoom out") }).addTo(map);
  for (const [number, url] of tiles.urls.entries()) {
    L.tileLayer(url, {
      subdomains: tiles.subdomains,
      maxZoom: tiles.maxZoom,
      attribution: number === 0 ? tiles.attribution : "",
      // Keys of map services are often bound to the site's address; the path stays private.
      referrerPolicy: "origin",
    }).addTo(map);
  }
  const markers: L.Marker[] = [];
  for (const point of points) {
    const entry = entryOf(point);
    if (entry) {
      markers.push(marker(point, entry).addTo(map));
    }
  }
  if (markers.length > 0) {
    map.fitBounds(L.featureGroup(markers).getBounds().pad(0.15), { maxZoom: CLOSEST });
  } else {
    map.setView([0, 0], 2);
  }
  offerNearest(points, (here) => {
    if (tiles.datum === "wgs84") {
      L.circleMarker(here, { radius: 9, className: "map-here" }).addTo(map);
    }
    const [nearest] = [...document.querySelectorAll<HTMLElement>("[data-place]")];
    const point = points.find((each) => String(each.id) === nearest?.dataset.place);
    if (point) {
      map.setView(point.at, Math.max(map.getZoom(), 13));
    }
  });
}

const place = document.getElementById("map");
if (place) {
  draw(place, readJson<Tiles>("map-tiles"), readJson<Point[]>("map-points"));
}
