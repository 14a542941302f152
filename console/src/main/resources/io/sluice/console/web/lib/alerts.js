import { count, duration } from "./format.js";
import { html, Tag, text } from "./ui.js";

const PER_MILLE = 1_000;

/** What an alert tells, in one line. */
export function Told({ alert }) {
  if (alert.type === "spike") {
    return html`${count(alert.requests)} requests in ${duration(alert.bucketMillis)}, ${count(alert.refused)} refused
      <div class="muted small">usual: ${count(alert.usualRequests)} ± ${count(alert.usualDeviation)}</div>`;
  }
  const share = alert.thresholdPerMille / 10;
  return html`${share}% reached
    <div class="muted small">${count(alert.used)} of ${count(alert.capacity)} used</div>`;
}

export function TypeTag({ alert }) {
  const isFull = alert.thresholdPerMille >= PER_MILLE;
  return html`<${Tag} kind=${alert.type === "spike" || isFull ? "bad" : "warn"}>${text(alert.type)}<//>
    ${alert.mode === "shadow" && html` <${Tag}>shadow<//>`}`;
}
