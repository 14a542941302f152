"""What dashboards are made of: panels, queries, variables."""

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
RATE = "[$__rate_interval]"
HEIGHT = 8
WIDTH = 24


def q(expression, legend=""):
    return {"expr": expression, "legendFormat": legend}


def graph(title, unit, *queries, about="", runbook=None, maximum=None):
    return panel("timeseries", title, unit, queries, about, runbook, {"max": maximum} if maximum else {})


def stat(title, unit, query, about="", runbook=None, bad_above=None):
    steps = [{"color": "green", "value": None}]
    if bad_above is not None:
        steps.append({"color": "red", "value": bad_above})
    more = {"thresholds": {"mode": "absolute", "steps": steps}, "noValue": "none"}
    return panel("stat", title, unit, [query], about, runbook, more)


def table(title, unit, query, about="", runbook=None):
    made = panel("table", title, unit, [query], about, runbook, {})
    made["targets"][0].update(format="table", instant=True)
    made["transformations"] = [{"id": "organize", "options": {"excludeByName": {"Time": True}}}]
    return made


def panel(kind, title, unit, queries, about, runbook, defaults):
    made = {
        "type": kind,
        "title": title,
        "description": about,
        "datasource": DATASOURCE,
        "fieldConfig": {"defaults": {"unit": unit, "min": 0, **defaults}, "overrides": []},
        "options": OPTIONS[kind],
        "targets": [{"refId": chr(ord("A") + i), "datasource": DATASOURCE, **query} for i, query in enumerate(queries)],
    }
    if runbook:
        made["links"] = [link(runbook, "${runbooks}/" + runbook + ".md")]
    return made


def link(title, url):
    return {
        "type": "link",
        "title": title,
        "url": url,
        "targetBlank": True,
        "icon": "doc",
        "tooltip": "",
        "tags": [],
        "asDropdown": False,
        "includeVars": False,
        "keepTime": False,
    }


OPTIONS = {
    "timeseries": {
        "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    "stat": {"reduceOptions": {"calcs": ["lastNotNull"]}, "colorMode": "background", "graphMode": "area"},
    "table": {"showHeader": True},
}


def quantile(share, metric, by):
    return f"histogram_quantile({share}, sum by (le, {by}) (rate({metric}_bucket{SELECTED}{RATE})))"


# What the variable "instance" selects.
SELECTED = '{instance=~"$instance"}'


def selected(more):
    return '{instance=~"$instance", ' + more + "}"


def rate(metric, by="", labels=SELECTED):
    return f"sum by ({by}) (rate({metric}{labels}{RATE}))" if by else f"sum(rate({metric}{labels}{RATE}))"


def variable(name, label, query):
    return {
        "name": name,
        "label": label,
        "type": "query",
        "datasource": DATASOURCE,
        "query": {"query": query, "refId": name},
        "includeAll": True,
        "allValue": ".*",
        "multi": True,
        "refresh": 2,
        "sort": 1,
        "current": {"text": ["All"], "value": ["$__all"]},
    }


def variables(instances, more):
    return [
        {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"},
        {
            "name": "runbooks",
            "label": "Runbooks at",
            "type": "textbox",
            "query": "https://sluice.example/docs/runbooks",
            "description": "Where your team reads docs/runbooks of the repository.",
        },
        variable("instance", "Instance", f"label_values({instances}, instance)"),
        *[variable(name, name.capitalize(), f"label_values({metric}, {name})") for name, metric in more],
    ]


def dashboard(uid, title, about, instances, rows, more=()):
    panels = []
    y = 0
    for name, row in rows:
        panels.append({"type": "row", "title": name, "collapsed": False, "gridPos": at(0, y, WIDTH, 1), "panels": []})
        y += 1
        for i, each in enumerate(row):
            width = WIDTH // len(row)
            panels.append({**each, "gridPos": at(i * width, y, width, HEIGHT)})
        y += HEIGHT
    for number, each in enumerate(panels, start=1):
        each["id"] = number
    return {
        "uid": uid,
        "title": title,
        "description": about,
        "tags": ["sluice"],
        "timezone": "browser",
        "schemaVersion": 39,
        "editable": True,
        "refresh": "15s",
        "time": {"from": "now-1h", "to": "now"},
        "templating": {"list": variables(instances, more)},
        "links": [
            {**link("Sluice", ""), "type": "dashboards", "tags": ["sluice"], "asDropdown": True, "keepTime": True},
            link("Runbooks", "${runbooks}/README.md"),
        ],
        "annotations": {
            "list": [
                {
                    "name": "Rulesets",
                    "datasource": DATASOURCE,
                    "enable": True,
                    "iconColor": "purple",
                    "target": {"refId": "Anno", "expr": "changes(max(sluice_ruleset_revision)[1m:15s]) > 0"},
                    "titleFormat": "a new ruleset is in force",
                }
            ]
        },
        "panels": panels,
    }


def at(x, y, width, height):
    return {"x": x, "y": y, "w": width, "h": height}
