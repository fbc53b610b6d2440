/** Pages with charts: the dashboard and the wall screen. ECharts is loaded here and nowhere else. */
import { drawAll } from "../charts/draw";
import { keepFresh } from "../charts/wall";

drawAll(document);
const wall = document.querySelector<HTMLElement>("[data-wall]");
if (wall) {
  keepFresh(wall);
}
