/** Draws the page's charts as SVG from the JSON beside them; the same numbers stand in a table without any script. */
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { readJson } from "../lib/dom";

use([BarChart, LineChart, GridComponent, SVGRenderer]);

interface Series {
  name: string;
  tone: string;
  values: number[];
  soft: boolean;
  line: boolean;
}

interface Data {
  labels: string[];
  lying: boolean;
  series: Series[];
}

/**
 * The renderer writes `style` attributes, which the content security policy stops; the same through the object model is
 * allowed. Nothing else in an SVG of this page is touched.
 */
function styleWithoutAttributes(): void {
  const plain = Element.prototype.setAttribute;
  SVGElement.prototype.setAttribute = function (this: SVGElement, name: string, value: string): void {
    if (name === "style") {
      this.style.cssText = value;
    } else {
      plain.call(this, name, value);
    }
  };
}
styleWithoutAttributes();

const drawn = new Map<HTMLElement, EChartsType>();
/** A part smaller than this share of the largest bar has no room for its number; the table tells it. */
const ROOM = 0.09;

function colour(element: Element, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

/** Room between labels: 中文 is as wide as its size, Latin about half. */
function width(text: string, size: number): number {
  return [...text].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 255 ? size : size * 0.6), 0);
}

function shortened(text: string, size: number, room: number): string {
  let kept = text;
  while (kept.length > 1 && width(kept, size) > room) {
    kept = kept.slice(0, -1);
  }
  return kept === text ? text : `${kept}…`;
}

type Option = Parameters<EChartsType["setOption"]>[0];

function option(plot: HTMLElement, data: Data, still: boolean): Option {
  const size = parseFloat(getComputedStyle(plot).fontSize) || 14;
  const ink = colour(plot, "--ink");
  const soft = colour(plot, "--ink-soft");
  const line = colour(plot, "--line");
  const room = Math.min(plot.clientWidth * 0.42, size * 13);
  const highest = Math.max(...data.labels.map((_, n) => data.series.reduce((sum, one) => sum + one.values[n], 0)), 1);
  // Standing labels shrink a little rather than leave days out.
  const widest = Math.max(...data.labels.map((one) => width(one, 1)), 1) + 0.6;
  const fitting = Math.min(size, (plot.clientWidth - size * 4.2) / data.labels.length / widest);
  const places = {
    type: "category",
    data: data.labels,
    inverse: data.lying,
    axisTick: { show: false },
    axisLine: { lineStyle: { color: line } },
    axisLabel: {
      color: ink,
      fontSize: data.lying ? size : fitting,
      interval: data.lying || fitting >= size * 0.75 ? 0 : "auto",
      formatter: (text: string) => shortened(text, size, data.lying ? room : Infinity),
    },
  };
  const amounts = {
    type: "value",
    minInterval: 1,
    splitNumber: 4,
    splitLine: { lineStyle: { color: line } },
    axisLabel: { color: soft, fontSize: size * 0.9, hideOverlap: true },
  };
  return {
    animation: !still,
    animationDuration: 400,
    textStyle: { fontFamily: getComputedStyle(plot).fontFamily },
    grid: {
      left: data.lying ? Math.min(Math.max(...data.labels.map((one) => width(one, size))), room) + size : size * 3.2,
      right: data.lying ? size * 3.6 : size,
      top: size * 1.8,
      bottom: size * 2.2,
    },
    [data.lying ? "yAxis" : "xAxis"]: places,
    [data.lying ? "xAxis" : "yAxis"]: amounts,
    series: data.series.map((one) => series(plot, data, one, highest, size)),
  } as Option;
}

function series(plot: HTMLElement, data: Data, one: Series, highest: number, size: number): object {
  const strong = colour(plot, `--${one.tone}`);
  const alone = data.series.length === 1;
  const label = {
    show: true,
    color: alone ? colour(plot, "--ink") : one.soft ? strong : colour(plot, "--chart-on"),
    fontSize: size,
    position: alone ? (data.lying ? "right" : "top") : "inside",
    formatter: ({ value }: { value: unknown }) =>
      Number(value) && (alone || Number(value) / highest > ROOM) ? Number(value).toLocaleString() : "",
  };
  if (one.line) {
    return {
      type: "line",
      data: one.values,
      label,
      symbol: "circle",
      symbolSize: size * 0.7,
      lineStyle: { color: strong, width: size / 5 },
      itemStyle: { color: strong },
      silent: true,
    };
  }
  return {
    type: "bar",
    stack: alone ? undefined : "all",
    data: one.values.map((value) => value || null), // a bar of nothing would still show its border
    barMaxWidth: size * 3.4,
    barCategoryGap: "35%",
    label,
    itemStyle: one.soft
      ? { color: colour(plot, `--${one.tone}-pale`), borderColor: strong, borderWidth: 1.5 }
      : { color: strong },
    silent: true,
  };
}

/** Lets a printed page scale the picture to its width. */
function scalable(plot: HTMLElement): void {
  const svg = plot.querySelector("svg");
  svg?.setAttribute("aria-hidden", "true"); // the frame around it says it in words
  svg?.setAttribute("viewBox", `0 0 ${plot.clientWidth} ${plot.clientHeight}`);
}

function draw(figure: HTMLElement, still: boolean): void {
  const plot = figure.querySelector<HTMLElement>(".chart-plot");
  const block = figure.dataset.chart;
  if (!plot || !block) {
    return;
  }
  plot.hidden = false;
  figure.classList.add("is-drawn");
  const chart = init(plot, null, { renderer: "svg" });
  const data = readJson<Data>(block);
  chart.setOption(option(plot, data, still));
  scalable(plot);
  drawn.set(plot, chart);
  seen.observe(plot);
  offerTable(figure);
}

/** Draws again when the room changes. */
const seen = new ResizeObserver((entries) => {
  if (matchMedia("print").matches) {
    return; // the style sheet scales the picture to the paper
  }
  for (const { target } of entries) {
    const plot = target as HTMLElement;
    const chart = drawn.get(plot);
    const block = plot.closest<HTMLElement>("[data-chart]")?.dataset.chart;
    if (chart && block && plot.clientWidth > 0 && chart.getWidth() !== plot.clientWidth) {
      chart.resize();
      chart.setOption(option(plot, readJson<Data>(block), true));
      scalable(plot);
    }
  }
});

/** 图表 or 表格, as the reader likes; both are printed. */
function offerTable(figure: HTMLElement): void {
  const choice = figure.querySelector<HTMLElement>(".chart-switch");
  if (!choice) {
    return;
  }
  choice.hidden = false;
  const buttons = [...choice.querySelectorAll<HTMLButtonElement>("[data-show]")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      figure.classList.toggle("shows-table", button.dataset.show === "table");
      buttons.forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
    });
  }
}

/** Draws every chart below `root`. Those of an earlier state of the page are let go of. */
export function drawAll(root: ParentNode, again = false): void {
  for (const [plot, chart] of drawn) {
    if (!plot.isConnected) {
      seen.unobserve(plot);
      chart.dispose();
      drawn.delete(plot);
    }
  }
  const still = again || matchMedia("(prefers-reduced-motion: reduce)").matches;
  root.querySelectorAll<HTMLElement>("[data-chart]").forEach((figure) => draw(figure, still));
}
