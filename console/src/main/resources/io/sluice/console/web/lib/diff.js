// The greedy algorithm of Myers: its time grows with what differs, not with the product of both lengths.
const EDITS_MAX = 1_500;

/** How far each diagonal gets with so many edits; null if more than `EDITS_MAX` are needed. */
function furthest(a, b) {
  const max = Math.min(a.length + b.length, EDITS_MAX);
  const reached = new Int32Array(2 * max + 3);
  const middle = max + 1;
  const steps = [];
  for (let edits = 0; edits <= max; edits++) {
    steps.push(reached.slice(middle - edits - 1, middle + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const isDown = k === -edits || (k !== edits && reached[middle + k - 1] < reached[middle + k + 1]);
      let i = isDown ? reached[middle + k + 1] : reached[middle + k - 1] + 1;
      while (i < a.length && i - k < b.length && a[i] === b[i - k]) i++;
      reached[middle + k] = i;
      if (i >= a.length && i - k >= b.length) return steps;
    }
  }
  return null;
}

function between(a, b) {
  const steps = furthest(a, b);
  if (steps === null) {
    return [...a.map((line) => ({ kind: "removed", line })), ...b.map((line) => ({ kind: "added", line }))];
  }
  const lines = [];
  let i = a.length;
  let j = b.length;
  for (let edits = steps.length - 1; edits >= 0; edits--) {
    const at = (k) => steps[edits][k + edits + 1];
    const k = i - j;
    const isDown = k === -edits || (k !== edits && at(k - 1) < at(k + 1));
    const from = isDown ? at(k + 1) : at(k - 1);
    const start = edits === 0 ? 0 : isDown ? from : from + 1;
    while (i > start) {
      lines.push({ kind: "same", line: a[--i] });
      j--;
    }
    if (edits > 0 && isDown) lines.push({ kind: "added", line: b[--j] });
    else if (edits > 0) lines.push({ kind: "removed", line: a[--i] });
  }
  return lines.reverse();
}

/**
 * The lines that differ, with a few around them; a gap stands for all others.
 *
 * @param around how many equal lines are shown beside a difference
 */
export function lineDiff(before, after, around = 3) {
  const a = before.split("\n");
  const b = after.split("\n");
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const same = (line) => ({ kind: "same", line });
  const all = [
    ...a.slice(0, start).map(same),
    ...between(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...a.slice(a.length - end).map(same),
  ];
  const isNear = new Uint8Array(all.length);
  all.forEach((each, at) => {
    if (each.kind !== "same") isNear.fill(1, Math.max(0, at - around), at + around + 1);
  });
  const shown = [];
  all.forEach((each, at) => {
    if (isNear[at]) shown.push(each);
    else if (shown[shown.length - 1]?.kind !== "gap") shown.push({ kind: "gap", line: "" });
  });
  return shown.some((each) => each.kind !== "gap") ? shown : [];
}
