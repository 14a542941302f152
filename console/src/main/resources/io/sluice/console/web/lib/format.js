const WHOLE = new Intl.NumberFormat("en-US");
const TENTHS = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** 1203441 as 1,203,441. */
export const count = (number) => WHOLE.format(number);

/** A count and its noun: 1 account, 1,203,441 accounts. */
export const counted = (number, one) => count(number) + " " + one + (number === 1 ? "" : "s");

/** A rate, with a tenth while it is small. */
export const rate = (number) => (number > 0 && number < 10 ? TENTHS.format(number) : WHOLE.format(Math.round(number)));

/** Microseconds, in the unit that keeps them short. */
export function micros(value) {
  if (value === undefined || value === null || value < 0) return "–";
  if (value < 1_000) return Math.round(value) + " µs";
  if (value < 100_000) return TENTHS.format(value / 1_000) + " ms";
  return value < 1_000_000 ? Math.round(value / 1_000) + " ms" : TENTHS.format(value / 1_000_000) + " s";
}

/** How long something takes: 340 ms, 12 s, 5 min, 3 h 20 min, 2 d 4 h. */
export function duration(millis) {
  if (millis < 1_000) return Math.max(0, Math.round(millis)) + " ms";
  const seconds = Math.round(millis / 1_000);
  if (seconds < 60) return seconds + " s";
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return minutes + " min" + (minutes < 10 && seconds % 60 > 0 ? " " + (seconds % 60) + " s" : "");
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return hours + " h" + (minutes % 60 > 0 ? " " + (minutes % 60) + " min" : "");
  return Math.floor(hours / 24) + " d" + (hours % 24 > 0 ? " " + (hours % 24) + " h" : "");
}

const two = (number) => String(number).padStart(2, "0");

/** 14:03:27, in the time zone of the reader. */
export function clock(millis) {
  const time = new Date(millis);
  return two(time.getHours()) + ":" + two(time.getMinutes()) + ":" + two(time.getSeconds());
}

/** 2026-11-30 14:03:27, in the time zone of the reader. */
export function dateTime(millis) {
  const time = new Date(millis);
  return time.getFullYear() + "-" + two(time.getMonth() + 1) + "-" + two(time.getDate()) + " " + clock(millis);
}

/** The same for machines, in UTC. */
export const utc = (millis) => new Date(millis).toISOString();

/** How long ago. */
export function ago(millis, now = Date.now()) {
  const past = now - millis;
  return past < 5_000 ? "just now" : past < 0 ? dateTime(millis) : duration(past - (past % 1_000)) + " ago";
}
