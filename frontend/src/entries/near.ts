/** The map page without tiles: the sketch map needs no script, only 「离我最近」 does. */
import { readJson } from "../lib/dom";
import { offerNearest, type Point } from "../lib/near";

offerNearest(readJson<Point[]>("map-points"));
