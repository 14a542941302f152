import { count, counted, dateTime, duration } from "./format.js";
import { html, Tag, text } from "./ui.js";

const PER_MILLE = 1_000;

/** What an alert tells, in one line. */
export function Told({ alert }) {
  if (alert.type === "spike") {
    return html`${counted(alert.requests, "request")} in ${duration(alert.bucketMillis)},
      ${" "}${count(alert.refused)} refused
      <div class="muted small">usual: ${count(alert.usualRequests)} ± ${count(alert.usualDeviation)}</div>`;
  }
  if (alert.type === "burn-rate") {
    return html`empty at ${dateTime(alert.emptyAtMillis)} at this pace
      <div class="muted small">${count(alert.remaining)} of ${count(alert.limit)} left</div>`;
  }
  const share = alert.thresholdPerMille / 10;
  return html`${share}% reached
    <div class="muted small">${count(alert.used)} of ${count(alert.capacity)} used</div>`;
}

export function TypeTag({ alert }) {
  const isFull = alert.thresholdPerMille >= PER_MILLE;
  return html`<${Tag} kind=${alert.type !== "threshold" || isFull ? "bad" : "warn"}>${text(alert.type)}<//>
    ${alert.mode === "shadow" && html` <${Tag}>shadow<//>`}`;
}
