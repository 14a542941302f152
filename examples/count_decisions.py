#!/usr/bin/env python3
"""Counts a day of decisions: how many requests were allowed and denied, and how many tokens they cost.

Reads the records of sluice.decisions.v1, one JSON object a line, from files or from standard input:

    sluice decisions --bootstrap-servers broker:9092 --last 1000000 | python3 count_decisions.py --day 2026-11-29
    kcat -C -b broker:9092 -t sluice.decisions.v1 -X isolation.level=read_committed -o beginning -e -q \
        | python3 count_decisions.py --by client

Every record says what it counts, whatever its type is, so three sums are the truth:

    allowed, denied   requests that were answered so (each check of an atomic batch is one)
    charged           tokens that were taken, less those that came back

A request that a front end answered out of a lease is counted by the report of the lease, up to some seconds later.
So a day begins and ends within a lease time of midnight.
"""

import argparse
import collections
import datetime
import fileinput
import json


def day_of(record):
    """The day of a record in UTC, by the time of its partition."""
    moment = datetime.datetime.fromtimestamp(record["decidedAtMillis"] / 1000, datetime.timezone.utc)
    return moment.date().isoformat()


def key_of(record, by):
    """Whom a record is about; an atomic batch is about its account."""
    return record.get("clientId", record["account"]) if by == "client" else record["account"]


def count(records, day=None, by="account"):
    """Sums of allowed, denied and charged by account or client."""
    sums = collections.defaultdict(lambda: [0, 0, 0])
    for record in records:
        if day is None or day_of(record) == day:
            entry = sums[key_of(record, by)]
            for place, member in enumerate(("allowed", "denied", "charged")):
                entry[place] += record[member]
    return sums


def main():
    """Prints one line for each account or client, and their sum."""
    parser = argparse.ArgumentParser(description="Counts decisions.")
    parser.add_argument("--day", help="only this day in UTC, such as 2026-11-29")
    parser.add_argument("--by", choices=("account", "client"), default="account", help="what a line is about")
    parser.add_argument("files", nargs="*", help="files of JSON lines; none for standard input")
    options = parser.parse_args()
    with fileinput.input(options.files, encoding="utf-8") as lines:
        sums = count((json.loads(line) for line in lines if line.strip()), options.day, options.by)
    print("allowed\tdenied\tcharged\t" + options.by)
    for key in sorted(sums):
        print("\t".join(str(number) for number in sums[key]) + "\t" + key)
    print("\t".join(str(sum(column)) for column in zip(*sums.values(), [0, 0, 0])) + "\t(all)")


if __name__ == "__main__":
    main()
