import { useEffect, useRef, useState } from "preact/hooks";
import UPlot from "uplot";
import { clock, count, dateTime, rate } from "./format.js";
import { html } from "./ui.js";

const HEIGHT = 240;
const KINDS = ["allowed", "throttled", "denied"];
const NARROW = 520;
/** A longer span has ticks at minutes. */
const MINUTES_FROM_SECONDS = 240;
const DAY_SECONDS = 86_400;

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

/** The areas lie on each other: all of them, those that were allowed in some way, those that were allowed at once. */
function stacked(points) {
  const x = [];
  const lines = [[], [], []];
  for (const point of points) {
    x.push(point.atMillis / 1_000);
    const allowed = point.allowed;
    const passed = allowed + point.throttled;
    lines[0].push(passed + point.denied);
    lines[1].push(passed);
    lines[2].push(allowed);
  }
  return [x, ...lines];
}

/** Days where the ticks are days apart, else the time of day. */
function times(plot, ticks) {
  const isByDay = ticks.length > 1 && ticks[1] - ticks[0] >= DAY_SECONDS;
  const isByMinute = ticks.length > 1 && ticks[1] - ticks[0] >= 60;
  return ticks.map((tick) =>
    isByDay ? dateTime(tick * 1_000).slice(5, 10) : clock(tick * 1_000).slice(0, isByMinute ? 5 : 8),
  );
}

/** How far ticks are apart: "13:55" is shorter than "13:55:15". */
const apart = (plot, axis, min, max) => (plot.width < NARROW || max - min > MINUTES_FROM_SECONDS ? 64 : 90);

/** A tick of the vertical axis: "5", never "5.0". */
const amount = (tick) => (Number.isInteger(tick) ? count(tick) : rate(tick));

function options(width, isSteps, onCursor) {
  const grid = { stroke: () => color("line"), width: 1 };
  const line = { stroke: () => color("muted"), grid, ticks: { show: false } };
  const font = "12px system-ui, sans-serif";
  const area = (name) => ({
    stroke: () => color(name),
    fill: () => color(name),
    width: 1,
    points: { show: false },
    paths: isSteps ? UPlot.paths.bars({ size: [0.86, 48] }) : undefined,
  });
  return {
    width,
    height: HEIGHT,
    // Room for half of the last time below it.
    padding: [8, 30, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { setScale: false, x: false } },
    legend: { show: false },
    scales: { x: { time: true }, y: { range: (plot, min, max) => [0, Math.max(1, max * 1.08)] } },
    axes: [
      { ...line, font, size: 30, grid: { show: false }, space: apart, values: times },
      { ...line, font, size: 48, values: (plot, ticks) => ticks.map(amount) },
    ],
    series: [{}, area("denied"), area("throttled"), area("allowed")],
    hooks: { setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)] },
  };
}

/**
 * Allowed, throttled and denied over time, stacked.
 *
 * @param points oldest first, each with atMillis and the three figures
 * @param unit of the figures
 * @param isSteps whether each point is a whole of its own, such as an hour, rather than a moment
 */
export function TrafficChart({ points, unit, label, isSteps = false }) {
  const host = useRef(null);
  const plot = useRef(null);
  const [at, setAt] = useState(null);

  useEffect(() => {
    const width = () => Math.max(200, host.current.clientWidth);
    const made = new UPlot(options(width(), isSteps, setAt), stacked(points), host.current);
    plot.current = made;
    // How long it took to get here can be seen in the browser's tools, and in tests.
    performance.mark("chart");
    const sizes = new ResizeObserver(() => made.setSize({ width: width(), height: HEIGHT }));
    sizes.observe(host.current);
    const themes = new MutationObserver(() => made.redraw(false));
    themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      sizes.disconnect();
      themes.disconnect();
      made.destroy();
    };
  }, [isSteps]);
  useEffect(() => plot.current?.setData(stacked(points)), [points]);

  const shown = points[at ?? points.length - 1] ?? points[points.length - 1];
  return html`<figure class="stack tight">
    <figcaption class="legend">
      ${shown && html`<span class="nowrap">${isSteps ? dateTime(shown.atMillis) : clock(shown.atMillis)}</span>`}
      ${shown &&
      KINDS.map(
        (kind) => html`<span><i class=${"swatch " + kind}>
          </i>${kind} <b>${isSteps ? count(shown[kind]) : rate(shown[kind])}</b>${unit}</span>`,
      )}
    </figcaption>
    <div class="chart" ref=${host} role="img" aria-label=${label}></div>
  </figure>`;
}
