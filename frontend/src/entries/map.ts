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

/** Pins as large as these would lie on each other: they become one with a count. In pixels of the screen. */
const APART = L.point(30, 38);

interface Placed {
  at: [number, number];
  entry: HTMLElement;
}

/** What lies too close together at the present zoom, gathered; one that stands alone is a group of its own. */
function gathered(map: L.Map, placed: Placed[]): Placed[][] {
  const groups: { spot: L.Point; members: Placed[] }[] = [];
  for (const one of placed) {
    const spot = map.project(one.at, map.getZoom());
    const near = groups.find(
      (group) => Math.abs(group.spot.x - spot.x) < APART.x && Math.abs(group.spot.y - spot.y) < APART.y,
    );
    if (near) {
      near.members.push(one);
    } else {
      groups.push({ spot, members: [one] });
    }
  }
  return groups.map((group) => group.members);
}

function marker(members: Placed[]): L.Marker {
  const [first] = members;
  const many = members.length > 1;
  const title = many
    ? t(`这里有 ${members.length} 项活动`, `${members.length} activities here`)
    : (first.entry.querySelector("h3")?.textContent?.trim() ?? "");
  const made = L.marker(first.at, {
    icon: L.divIcon({
      className: many ? "map-pin map-pin-many" : "map-pin",
      html: many ? `<span>${members.length}</span>` : "",
      iconSize: [28, 36],
      iconAnchor: [14, 34],
      popupAnchor: [0, -30],
    }),
    title,
    riseOnHover: true,
  });
  made.on("add", () => {
    made.getElement()?.setAttribute("aria-label", title);
    made.getElement()?.setAttribute("data-places", String(members.length));
  });
  const content = (): HTMLElement => {
    const all = document.createElement("div");
    // The bubble scrolls when many stand here: the keyboard must get into it.
    made.once("popupopen", ({ popup }) => {
      const frame = (popup as L.Popup).getElement()?.querySelector<HTMLElement>(".leaflet-popup-content");
      frame?.setAttribute("tabindex", "0");
      frame?.setAttribute("role", "group");
      frame?.setAttribute("aria-label", title);
    });
    members.forEach(({ entry }) => all.append(bubble(entry)));
    return all;
  };
  return made.bindPopup(content, { maxWidth: 260, maxHeight: 280 });
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
  const placed: Placed[] = [];
  for (const point of points) {
    const entry = entryOf(point);
    if (entry) {
      placed.push({ at: point.at, entry });
    }
  }
  if (placed.length > 0) {
    map.fitBounds(L.latLngBounds(placed.map((one) => one.at)).pad(0.15), { maxZoom: CLOSEST });
  } else {
    map.setView([0, 0], 2);
  }
  const pins = L.layerGroup().addTo(map);
  const pin = (): void => {
    pins.clearLayers();
    gathered(map, placed).forEach((members) => marker(members).addTo(pins));
  };
  map.on("zoomend", pin);
  pin();
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
