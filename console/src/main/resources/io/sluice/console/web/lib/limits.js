import { count } from "./format.js";
import { text } from "./ui.js";

const COUNTING = ["algorithm", "rate", "burst", "queue", "limit", "window", "ttl"];

/** How a limit of a ruleset counts: the fields that an override replaces. */
export const counting = (limit) =>
  Object.fromEntries(COUNTING.filter((name) => limit[name] !== undefined).map((name) => [name, limit[name]]));

/** The same in one line. */
export function numbers(limit) {
  const { algorithm, rate, burst, queue, limit: most, window, ttl } = limit;
  if (rate) {
    const speed = `${count(rate.tokens)} per ${rate.per}`;
    if (algorithm === "leaky-bucket") return `${speed}, queue ${count(queue)}`;
    return `${speed}, burst ${count(burst ?? rate.tokens)}`;
  }
  if (window) {
    const span = typeof window === "string" ? window : text(window.per ?? window.calendar ?? window);
    return `${count(most)} per ${span}`;
  }
  if (ttl) return `${count(most)} at once, at most ${ttl} each`;
  return text(counting(limit));
}
