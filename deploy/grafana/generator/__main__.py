"""Writes the dashboards in `deploy/grafana/dashboards`, one JSON file for each module that is named below.

    python3 deploy/grafana/generator            writes them
    python3 deploy/grafana/generator --check    ends with 1 and names the files that differ from what it would write

A row is a list of panels, 24 columns wide together. A query is a PromQL expression and the legend of its series.
Where a panel belongs to an alert, its link leads to the runbook.
"""

import importlib
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "dashboards"
NAMES = ["overview", "limits", "streams-app", "front-end", "kafka-rocksdb"]


def main():
    differing = []
    for name in NAMES:
        dashboard = importlib.import_module(name.replace("-", "_")).DASHBOARD
        text = json.dumps(dashboard, indent=1) + "\n"
        file = FOLDER / f"{name}.json"
        if "--check" not in sys.argv[1:]:
            file.write_text(text)
        elif not file.exists() or file.read_text() != text:
            differing.append(f"{file}: differs (expected: what python3 deploy/grafana/generator writes)")
    print("\n".join(differing), end="\n" if differing else "")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main())
