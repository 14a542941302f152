#!/usr/bin/env python3
"""Writes the dashboards in this folder's `dashboards`, one JSON file for each `dashboard(...)` below.

    dashboards.py            writes them
    dashboards.py --check    ends with 1 and names the files that differ from what it would write

A row is a list of panels, 24 columns wide together. A query is a PromQL expression and the legend of its series.
Where a panel belongs to an alert, its link leads to the runbook.
"""

import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent / "dashboards"
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
        "targets": [
            {"refId": chr(ord("A") + i), "datasource": DATASOURCE, **query} for i, query in enumerate(queries)
        ],
    }
    if runbook:
        made["links"] = [{"title": runbook, "url": "${runbooks}/" + runbook + ".md", "targetBlank": True}]
    return made


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
        "definition": query,
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
            {"type": "dashboards", "title": "Sluice", "tags": ["sluice"], "asDropdown": True, "keepTime": True},
            {"type": "link", "title": "Runbooks", "url": "${runbooks}/README.md", "targetBlank": True},
        ],
        "annotations": {
            "list": [
                {
                    "name": "Rulesets",
                    "datasource": DATASOURCE,
                    "enable": True,
                    "iconColor": "purple",
                    "expr": "changes(max(sluice_ruleset_revision)[1m:15s]) > 0",
                    "titleFormat": "a new ruleset is in force",
                }
            ]
        },
        "panels": panels,
    }


def at(x, y, width, height):
    return {"x": x, "y": y, "w": width, "h": height}


OVERVIEW = dashboard(
    "sluice-overview",
    "Sluice: overview",
    "Whether callers get verdicts, in time, and what is wrong if not.",
    "up{job=~\".*(streams-app|request-api|admin-api).*\"}",
    [
        (
            "Now",
            [
                stat(
                    "Alerts that fire",
                    "short",
                    q('count(ALERTS{alertname=~"Sluice.*", alertstate="firing"}) or vector(0)'),
                    bad_above=1,
                ),
                stat(
                    "Processes that do not answer",
                    "short",
                    q('count(up{job=~".*(streams-app|request-api|admin-api).*"} == 0) or vector(0)'),
                    runbook="SluiceTargetDown",
                    bad_above=1,
                ),
                stat(
                    "Partitions without answer",
                    "short",
                    q("max(sluice_client_partitions_missing)"),
                    runbook="SluicePartitionsMissing",
                    bad_above=1,
                ),
                stat(
                    "Oldest undecided request",
                    "s",
                    q("max(sluice_requests_undecided_age_seconds)"),
                    runbook="SluiceRequestsUndecided",
                    bad_above=10,
                ),
                stat("Ruleset in force", "none", q("max(sluice_ruleset_revision)"), runbook="SluiceRulesetsDiffer"),
            ],
        ),
        (
            "Answers",
            [
                graph(
                    "Admissions by what answered them",
                    "reqps",
                    q("sum(rate(sluice_client_verdicts_total" + RATE + "))", "ledger"),
                    q("sum(rate(sluice_client_local_total" + RATE + "))", "lease"),
                    q("sum(rate(sluice_degraded_total" + RATE + "))", "failure policy"),
                    q("sum(rate(sluice_unanswered_total" + RATE + "))", "nobody"),
                ),
                graph(
                    "Shares that went wrong",
                    "percentunit",
                    q("sluice:degraded:ratio_rate5m", "degraded"),
                    q("sluice:unanswered:ratio_rate5m", "unanswered"),
                    q("sluice:http_errors:ratio_rate5m", "HTTP 5xx"),
                    runbook="SluiceUnansweredRequests",
                ),
                graph(
                    "Decisions of the ledger by verdict",
                    "reqps",
                    q("sluice:decisions:rate5m", "{{verdict}}"),
                    q("sum(rate(sluice_shadow_refusals_total" + RATE + "))", "allow, refused in shadow"),
                ),
            ],
        ),
        (
            "Time",
            [
                graph("99th percentile by endpoint", "s", q("sluice:http_requests:p99_5m", "{{endpoint}}"), runbook="SluiceSlowAnswers"),
                graph(
                    "99th percentile by stage",
                    "s",
                    q("sluice:http_stage:p99_5m", "front end: {{stage}}"),
                    q("sluice:round_trip:p99_5m", "front end: round trip"),
                    q("sluice:stage:p99_5m", "streams app: {{stage}}"),
                    about="The answer stage of a front end contains the round trip, and that the stages of the app.",
                ),
                graph(
                    "Undecided requests",
                    "short",
                    q("max by (partition) (sluice_requests_undecided)", "partition {{partition}}"),
                    about="Up to half a second of traffic is normal: it is decided, and not committed yet.",
                    runbook="SluiceRequestsUndecided",
                ),
            ],
        ),
    ],
)

LIMIT = selected('limit=~"$limit"')
ROUTE = selected('tier=~"$tier", route=~"$route"')
LIMITS = dashboard(
    "sluice-limits",
    "Sluice: limits and tiers",
    "What each limit, tier and route lets through and refuses.",
    "sluice_limit_outcomes_total",
    [
        (
            "Limits",
            [
                graph(
                    "Refusals by limit",
                    "reqps",
                    q(rate("sluice_limit_outcomes_total", "limit", selected('limit=~"$limit", outcome=~"refused|challenged"')), "{{limit}}"),
                    runbook="SluiceLimitRefusesMost",
                ),
                graph(
                    "Share that a limit refuses",
                    "percentunit",
                    q('sluice:limit_refused:ratio_rate5m{limit=~"$limit"}', "{{limit}}"),
                    maximum=1,
                ),
                graph(
                    "Share that a limit in shadow would refuse",
                    "percentunit",
                    q('sluice:limit_shadow_refused:ratio_rate5m{limit=~"$limit"}', "{{limit}}"),
                    about="Look at this before you enforce the limit.",
                    maximum=1,
                ),
            ],
        ),
        (
            "What limits said",
            [
                graph("Outcomes", "reqps", q(rate("sluice_limit_outcomes_total", "outcome", LIMIT), "{{outcome}}")),
                table("Outcomes by limit", "reqps", q("sum by (limit, outcome) (rate(sluice_limit_outcomes_total" + LIMIT + "[5m]))")),
                graph(
                    "Answers out of leases by deciding limit",
                    "reqps",
                    q('sum by (limit, answer) (rate(sluice_client_local_limits_total{limit=~"$limit"}' + RATE + "))", "{{limit}}: {{answer}}"),
                    about="Front ends give these answers; the outcomes on the left do not contain them.",
                ),
            ],
        ),
        (
            "Tiers and routes",
            [
                graph("Decisions by tier", "reqps", q(rate("sluice_route_decisions_total", "tier, verdict", ROUTE), "{{tier}}: {{verdict}}")),
                graph("Denials by route", "reqps", q(rate("sluice_route_decisions_total", "route", selected('tier=~"$tier", route=~"$route", verdict="deny"')), "{{route}}")),
                table("Decisions by tier and route", "reqps", q("sum by (tier, route, verdict) (rate(sluice_route_decisions_total" + ROUTE + "[5m]))")),
            ],
        ),
        (
            "Rules",
            [
                graph("Reasons", "reqps", q(rate("sluice_decisions_total", "reason"), "{{reason}}")),
                graph("Decisions by a shared overflow bucket", "reqps", q(rate("sluice_overflows_total"), "overflow"), runbook="SluiceOverflowBuckets"),
                graph("Thresholds that were crossed", "ops", q(rate("sluice_alerts_total"), "alerts")),
                graph("Names that count as other", "short", q("max by (label) (sluice_metric_names_folded" + SELECTED + ")", "{{label}}"), runbook="SluiceNamesFolded"),
            ],
        ),
    ],
    more=[("limit", "sluice_limit_outcomes_total"), ("tier", "sluice_route_decisions_total"), ("route", "sluice_route_decisions_total")],
)

STREAMS = dashboard(
    "sluice-streams-app",
    "Sluice: streams app",
    "How requests become decisions, and what holds them up.",
    "sluice_requests_undecided",
    [
        (
            "Requests",
            [
                graph(
                    "Time by stage",
                    "s",
                    q(quantile(0.5, "sluice_stage_seconds", "stage"), "{{stage}}, half"),
                    q(quantile(0.99, "sluice_stage_seconds", "stage"), "{{stage}}, 99%"),
                    about="queue: from the broker's timestamp until the decision begins, by two clocks.",
                    runbook="SluiceSlowAnswers",
                ),
                graph("Age of the oldest undecided request", "s", q("max by (partition) (sluice_requests_undecided_age_seconds" + SELECTED + ")", "partition {{partition}}"), runbook="SluiceRequestsUndecided"),
                graph("Records by stage", "reqps", q(rate("sluice_stage_seconds_count", "instance", selected('stage="decide"')), "{{instance}}")),
            ],
        ),
        (
            "Transactions",
            [
                graph("Ends", "ops", q(rate("sluice_transactions_seconds_count", "outcome, instance"), "{{instance}}: {{outcome}}"), runbook="SluiceTransactionsAborted"),
                graph("Time of a commit", "s", q(quantile(0.5, "sluice_transactions_seconds", "outcome"), "{{outcome}}, half"), q(quantile(0.99, "sluice_transactions_seconds", "outcome"), "{{outcome}}, 99%"), runbook="SluiceCommitsSlow"),
                graph("Records that wait for their producer", "short", q("sum by (instance) (sluice_send_queue_records" + SELECTED + ")", "{{instance}}"), runbook="SluiceSendQueueFull"),
            ],
        ),
        (
            "State",
            [
                graph("Restoring: records left", "short", q("sum by (store, partition) (sluice_restore_records_left" + SELECTED + ")", "{{store}} {{partition}}"), runbook="SluiceRestoreSlow"),
                graph("Reads that objects in memory served", "percentunit", q(rate("sluice_state_cache_hits_total") + " / (" + rate("sluice_state_cache_hits_total") + " + " + rate("sluice_state_cache_misses_total") + ")", "hits"), maximum=1),
                graph("Entries", "short", q("sum by (instance) (sluice_state_cached" + SELECTED + ")", "{{instance}}: as objects"), q("sum by (instance) (sluice_state_unwritten" + SELECTED + ")", "{{instance}}: not in RocksDB yet")),
                graph("Clean-up", "ops", q(rate("sluice_sweep_visited_total"), "visited"), q(rate("sluice_sweep_removed_total"), "removed")),
            ],
        ),
        (
            "Holds and leases",
            [
                graph("Settlements", "ops", q(rate("sluice_settlements_total", "outcome"), "{{outcome}}")),
                graph("Lease requests", "ops", q(rate("sluice_leases_total", "outcome"), "{{outcome}}")),
                graph("Repeated answers", "ops", q(rate("sluice_idempotent_replays_total"), "idempotency key")),
            ],
        ),
        (
            "Trouble",
            [
                graph("Dead letters", "ops", q(rate("sluice_dead_letters_total", "reason"), "{{reason}}"), runbook="SluiceForgedRecords"),
                graph("Lost, skipped, read again", "ops", q(rate("sluice_outputs_lost_total", "topic"), "lost: {{topic}}"), q(rate("sluice_requests_skipped_total"), "skipped"), q(rate("sluice_requests_redelivered_total"), "read again"), runbook="SluiceOffsetsMoved"),
                graph("Partition time against the broker's", "ms", q("max by (partition) (sluice_clock_ahead_millis" + SELECTED + ")", "ahead {{partition}}"), q("max by (partition) (sluice_clock_behind_millis" + SELECTED + ")", "behind {{partition}}"), runbook="SluiceClocksDisagree"),
                graph("Problems of the cluster", "short", q("max by (instance) (sluice_cluster_problems" + SELECTED + ")", "{{instance}}"), runbook="SluiceClusterProblem"),
            ],
        ),
    ],
)

FRONT_END = dashboard(
    "sluice-front-end",
    "Sluice: front ends and leases",
    "What callers send and get, and how far front ends answer by themselves.",
    "sluice_http_in_flight",
    [
        (
            "Requests",
            [
                graph("Requests by endpoint and status", "reqps", q(rate("sluice_http_requests_seconds_count", "endpoint, status"), "{{endpoint}} {{status}}"), runbook="SluiceErrors"),
                graph("Time by stage", "s", q(quantile(0.5, "sluice_http_stage_seconds", "stage"), "{{stage}}, half"), q(quantile(0.99, "sluice_http_stage_seconds", "stage"), "{{stage}}, 99%"), runbook="SluiceSlowAnswers"),
                graph("Time of a request", "s", q(quantile(0.5, "sluice_http_requests_seconds", "endpoint"), "{{endpoint}}, half"), q(quantile(0.99, "sluice_http_requests_seconds", "endpoint"), "{{endpoint}}, 99%")),
            ],
        ),
        (
            "Through Kafka",
            [
                graph("Round trip", "s", q(quantile(0.5, "sluice_client_round_trip_seconds", "instance"), "{{instance}}, half"), q(quantile(0.99, "sluice_client_round_trip_seconds", "instance"), "{{instance}}, 99%")),
                graph("Requests that wait", "short", q("sum by (instance) (sluice_client_pending" + SELECTED + ")", "{{instance}}: waiting"), q("sum by (instance) (sluice_client_held" + SELECTED + ")", "{{instance}}: of these, delayed"), q("max(sluice_client_pending_max" + SELECTED + ")", "bound"), runbook="SluicePendingFull"),
                graph("Oldest waiting request", "s", q("max by (instance) (sluice_client_pending_oldest_seconds" + SELECTED + ")", "{{instance}}")),
                graph("Without a verdict", "reqps", q(rate("sluice_client_timeouts_total"), "deadline passed"), q(rate("sluice_client_overflows_total"), "too many waited"), q(rate("sluice_client_replies_late_total"), "reply came late"), runbook="SluiceUnansweredRequests"),
            ],
        ),
        (
            "Leases",
            [
                graph("Local answers", "reqps", q(rate("sluice_client_local_total", "answer"), "{{answer}}")),
                graph("Lease requests", "ops", q(rate("sluice_client_leases_total", "outcome"), "{{outcome}}"), runbook="SluiceLeasesUnanswered"),
                graph("Tokens of leases", "ops", q(rate("sluice_client_leases_granted_total"), "granted"), q(rate("sluice_client_leases_spent_total"), "spent"), q(rate("sluice_client_leases_returned_total"), "returned")),
                graph("Keys", "short", q("sum(sluice_client_keys_tracked" + SELECTED + ")", "measured"), q("sum(sluice_client_keys_hot" + SELECTED + ")", "hot"), q("sum(sluice_client_leases_open" + SELECTED + ")", "open leases")),
            ],
        ),
        (
            "Callers",
            [
                graph("Connections", "short", q("sum by (instance, port) (sluice_http_connections" + SELECTED + ")", "{{instance}} {{port}}"), q("sum by (instance, port) (sluice_http_connections_unread" + SELECTED + ")", "{{instance}} {{port}}: answer unread"), runbook="SluiceConnectionsFull"),
                graph("Bodies in memory", "bytes", q("sum by (instance) (sluice_http_body_bytes" + SELECTED + ")", "{{instance}}"), q("max(sluice_http_body_bytes_max" + SELECTED + ")", "bound")),
                graph("Closed and refused", "ops", q(rate("sluice_http_connections_closed_total", "cause"), "connection: {{cause}}"), q(rate("sluice_http_bodies_refused_total", "cause"), "body: {{cause}}")),
                graph("Access", "ops", q(rate("sluice_access_refusals_total", "port, cause"), "{{port}}: {{cause}}"), q(rate("sluice_access_jwks_fetches_total", "outcome"), "keys of the issuer: {{outcome}}"), runbook="SluiceAccessRefused"),
            ],
        ),
    ],
)

KAFKA = dashboard(
    "sluice-kafka-rocksdb",
    "Sluice: Kafka, RocksDB and JVM",
    "What Sluice stands on. The metrics of Kafka's clients and stores appear a minute after a start.",
    "jvm_threads_live_threads",
    [
        (
            "Kafka clients",
            [
                graph("Latency of writes", "ms", q("max by (instance, client_id) (kafka_producer_request_latency_avg" + SELECTED + ")", "{{client_id}}"), runbook="SluiceCommitsSlow"),
                graph("Lag of consumers", "short", q("max by (instance, client_id) (kafka_consumer_fetch_manager_records_lag" + SELECTED + ")", "{{client_id}}")),
                graph("Throttled by quotas", "ms", q("max by (client_id) (kafka_producer_produce_throttle_time_avg" + SELECTED + ")", "{{client_id}}")),
                graph("Rebalances", "short", q("sum by (instance) (increase(kafka_consumer_coordinator_rebalance_total" + SELECTED + RATE + "))", "{{instance}}"), runbook="SluiceNoStreamThread"),
            ],
        ),
        (
            "RocksDB",
            [
                graph("Files", "bytes", q("sum by (instance) (kafka_stream_state_total_sst_files_size" + SELECTED + ")", "{{instance}}")),
                graph("Block cache in use", "bytes", q("max by (instance) (kafka_stream_state_block_cache_usage" + SELECTED + ")", "{{instance}}"), q("max by (instance) (kafka_stream_state_block_cache_capacity" + SELECTED + ")", "{{instance}}: bound"), about="All stores of an app share one cache, and each reports it: do not add them up."),
                graph("Compaction pending", "bytes", q("sum by (instance) (kafka_stream_state_estimate_pending_compaction_bytes" + SELECTED + ")", "{{instance}}"), runbook="SluiceCompactionBehind"),
                graph("Write buffers", "bytes", q("sum by (instance) (kafka_stream_state_size_all_mem_tables" + SELECTED + ")", "{{instance}}")),
                graph("Errors in the background", "short", q("sum by (instance) (kafka_stream_state_background_errors" + SELECTED + ")", "{{instance}}"), runbook="SluiceRocksDbErrors"),
            ],
        ),
        (
            "JVM",
            [
                graph("Heap", "bytes", q("sum by (instance) (jvm_memory_used_bytes" + selected('area="heap"') + ")", "{{instance}}"), q("sum by (instance) (jvm_memory_committed_bytes" + selected('area="heap"') + ")", "{{instance}}: committed"), runbook="SluiceHeapFull"),
                graph("Share of time in pauses", "percentunit", q("sum by (instance) (rate(jvm_gc_pause_seconds_sum" + SELECTED + RATE + "))", "{{instance}}"), runbook="SluiceLongPauses"),
                graph("Processor", "percentunit", q("max by (instance) (process_cpu_usage" + SELECTED + ")", "{{instance}}"), q("max by (instance) (system_cpu_usage" + SELECTED + ")", "{{instance}}: machine")),
                graph("Open files", "short", q("max by (instance) (process_files_open_files" + SELECTED + ")", "{{instance}}"), runbook="SluiceFilesRunOut"),
            ],
        ),
    ],
)

DASHBOARDS = {
    "overview": OVERVIEW,
    "limits": LIMITS,
    "streams-app": STREAMS,
    "front-end": FRONT_END,
    "kafka-rocksdb": KAFKA,
}


def main():
    differing = []
    for name, content in DASHBOARDS.items():
        text = json.dumps(content, indent=1) + "\n"
        file = FOLDER / f"{name}.json"
        if "--check" in sys.argv[1:]:
            if not file.exists() or file.read_text() != text:
                differing.append(f"{file}: differs (expected: what deploy/grafana/dashboards.py writes)")
        else:
            file.write_text(text)
    print("\n".join(differing), end="\n" if differing else "")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
