#!/usr/bin/env python3
"""Plots a day of decisions as an SVG: how many requests were allowed and denied, and who was denied most.

Reads records of sluice.decisions.v1, or of sluice.usage.v1, one JSON object a line, from files or standard input:

    kcat -C -b 127.0.0.1:9092 -t sluice.decisions.v1 -X isolation.level=read_committed -o beginning -e -q \
        | python3 plot_day.py --out day.svg

Needs nothing but Python 3.9. Of decisions, it keeps one number for each bar and account, however many records there
are. Of usage, it keeps the counts of each minute and account, since a later record replaces an earlier one.

Every record says how many requests it allowed and denied, whatever its type. Requests that a front end answered out of
a lease are counted by the report of the lease, up to some seconds later. Records of a version that this program does
not know are counted and left out.
"""

import argparse
import collections
import datetime
import fileinput
import html
import json
import sys

DAY_MINUTES = 24 * 60
ACCOUNTS_SHOWN = 8
ACCOUNTS_MAX = 100_000
MINUTES_KEPT_MAX = 2_000_000
DENIED_OUTCOMES = ("denied", "challenged")
OTHERS = "(others)"
NAME_CHARS_MAX = 28
WIDTH, HEIGHT = 960, 420
LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT = 64, 56, 620, 290
COLOURS = {"allowed": "#4477aa", "denied": "#ee6677"}


class Day:
    """What happened in a day, added up."""

    def __init__(self, day, step_minutes):
        self.day = day
        self.step_minutes = step_minutes
        self.bars = [[0, 0] for _ in range(DAY_MINUTES // step_minutes)]
        self.denied_by_account = collections.Counter()
        self.minutes = {}
        self.unknown = 0

    def add(self, line):
        """Adds one record, if it is of the day; without a day, the first record says which."""
        try:
            record = json.loads(line)
            if record["v"] != 1:
                raise ValueError("another version")
            if "window" in record:
                self.add_usage(record)
            else:
                moment = moment_of(record["decidedAtMillis"])
                self.count(moment, str(record["account"]), int(record["allowed"]), int(record["denied"]))
        except (ValueError, KeyError, TypeError, OverflowError):
            self.unknown += 1

    def add_usage(self, record):
        """Adds the counts of a minute; hours and days are sums of minutes."""
        if record["window"] != "minute":
            return
        counts = [0, 0]
        for row in record["rows"]:
            # Rows of limits count the same requests once more.
            if "limitId" not in row and not row["outcome"].startswith("shadow-"):
                counts[row["outcome"] in DENIED_OUTCOMES] += int(row["requests"])
        moment, account = moment_of(record["fromMillis"]), str(record["account"]) or OTHERS
        key = (record["fromMillis"], account)
        before = self.minutes.get(key, (0, 0))
        if key not in self.minutes and len(self.minutes) >= MINUTES_KEPT_MAX:
            raise OverflowError("too many minutes")
        self.minutes[key] = tuple(counts)
        self.count(moment, account, counts[0] - before[0], counts[1] - before[1])

    def count(self, moment, account, allowed, denied):
        """Adds numbers of requests of an account."""
        self.day = self.day or moment.date()
        if moment.date() != self.day:
            return
        bar = self.bars[(moment.hour * 60 + moment.minute) // self.step_minutes]
        bar[0] += allowed
        bar[1] += denied
        if denied:
            known = account in self.denied_by_account or len(self.denied_by_account) < ACCOUNTS_MAX
            self.denied_by_account[account if known else OTHERS] += denied

    def totals(self):
        """All allowed and all denied requests."""
        return sum(bar[0] for bar in self.bars), sum(bar[1] for bar in self.bars)


def moment_of(millis):
    """A time since the epoch as one in UTC."""
    return datetime.datetime.fromtimestamp(millis / 1000, datetime.timezone.utc)


def text(x, y, content, **attributes):
    """A text of the picture; names come from callers, so nothing of them is markup."""
    printable = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in content)
    shown = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<text x="{x}" y="{y}"{shown}>{html.escape(printable)}</text>'


def rectangle(x, y, width, height, colour):
    """A filled rectangle."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def round_up(number):
    """The next of 1, 2, 4, 6, 8, 10, 20, ...: where the axis ends."""
    step = 1
    while True:
        for factor in (1, 2, 4, 6, 8):
            if number <= factor * step:
                return factor * step
        step *= 10


def cut(name):
    """A name that fits beside the plot."""
    return name if len(name) <= NAME_CHARS_MAX else name[: NAME_CHARS_MAX - 1] + "…"


def axes(top):
    """Lines and numbers: requests upwards, hours of the day to the right."""
    parts = []
    for quarter in range(5):
        y = TOP + PLOT_HEIGHT - PLOT_HEIGHT * quarter / 4
        parts.append(f'<line x1="{LEFT}" x2="{LEFT + PLOT_WIDTH}" y1="{y}" y2="{y}" stroke="#dddddd"/>')
        parts.append(text(LEFT - 8, y + 4, f"{top * quarter / 4:g}", text_anchor="end"))
    for hour in range(0, 25, 4):
        x = LEFT + PLOT_WIDTH * hour / 24
        parts.append(text(x, TOP + PLOT_HEIGHT + 20, f"{hour:02}:00", text_anchor="middle"))
    return parts


def bars(day, top):
    """One bar for each step, denied requests on top of allowed ones."""
    parts = []
    width = PLOT_WIDTH / len(day.bars)
    for index, bar in enumerate(day.bars):
        y = TOP + PLOT_HEIGHT
        for colour, number in zip(COLOURS.values(), bar):
            height = PLOT_HEIGHT * number / top
            y -= height
            if number:
                parts.append(rectangle(LEFT + index * width, y, max(width - 0.5, 0.5), height, colour))
    return parts


def ranking(day):
    """The accounts that were denied most."""
    x = LEFT + PLOT_WIDTH + 32
    parts = [text(x, TOP + 6, "denied most", font_weight="bold")]
    for row, (account, denied) in enumerate(day.denied_by_account.most_common(ACCOUNTS_SHOWN)):
        y = TOP + 32 + row * 24
        parts.append(text(x, y, cut(account)))
        parts.append(text(WIDTH - 24, y, f"{denied:,}", text_anchor="end"))
    return parts


def svg(day):
    """The whole picture."""
    allowed, denied = day.totals()
    top = round_up(max(sum(bar) for bar in day.bars) or 1)
    left_out = f", {day.unknown:,} records left out" if day.unknown else ""
    legend = []
    for place, (name, number) in enumerate((("allowed", allowed), ("denied", denied))):
        x = LEFT + place * 180
        legend.append(rectangle(x, HEIGHT - 36, 12, 12, COLOURS[name]))
        legend.append(text(x + 18, HEIGHT - 26, f"{name}: {number:,}"))
    title = f"Requests per {day.step_minutes} minutes on {day.day or 'no day'} (UTC){left_out}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="13" fill="#222222">',
        rectangle(0, 0, WIDTH, HEIGHT, "#ffffff"),
        text(LEFT, 28, title, font_size=17),
        *axes(top),
        *bars(day, top),
        *legend,
        *ranking(day),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def main():
    """Writes the picture, and says what it shows."""
    parser = argparse.ArgumentParser(description="Plots a day of decisions.")
    parser.add_argument("--day", type=datetime.date.fromisoformat, help="in UTC (default: that of the first record)")
    parser.add_argument("--step", type=int, default=10, choices=(1, 5, 10, 15, 30, 60), help="minutes of a bar")
    parser.add_argument("--out", default="day.svg", help="the picture (default: day.svg)")
    parser.add_argument("files", nargs="*", help="files of JSON lines; none for standard input")
    options = parser.parse_args()
    day = Day(options.day, options.step)
    with fileinput.input(options.files, mode="rb") as lines:
        for line in lines:
            if line.strip():
                day.add(line)
    with open(options.out, "w", encoding="utf-8") as file:
        file.write(svg(day))
    allowed, denied = day.totals()
    print(f"{options.out}: {day.day}, {allowed} allowed, {denied} denied, {day.unknown} records left out")
    return 0 if day.day else 1


if __name__ == "__main__":
    sys.exit(main())
