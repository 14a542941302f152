const CELLS_MAX = 4_000_000;

/** The longest common subsequence of two lists of lines, by the table of its lengths. */
function table(a, b) {
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        a[i] === b[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  return (i, j) => lengths[i * width + j];
}

function between(a, b) {
  if (a.length * b.length > CELLS_MAX) {
    return [...a.map((line) => ({ kind: "removed", line })), ...b.map((line) => ({ kind: "added", line }))];
  }
  const length = table(a, b);
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: "same", line: a[i++] });
      j++;
    } else if (j >= b.length || (i < a.length && length(i + 1, j) >= length(i, j + 1))) {
      lines.push({ kind: "removed", line: a[i++] });
    } else {
      lines.push({ kind: "added", line: b[j++] });
    }
  }
  return lines;
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
