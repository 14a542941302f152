from panels import SELECTED, dashboard, graph, q, quantile, rate

REQUESTS = "sluice_http_requests_seconds"
THROTTLED = "{{endpoint}}, throttled {{throttled}}"

DASHBOARD = dashboard(
    "sluice-front-end",
    "Sluice: front ends and leases",
    "What callers send and get, and how far front ends answer by themselves.",
    "sluice_http_in_flight",
    [
        (
            "Requests",
            [
                graph(
                    "Requests by endpoint and status",
                    "reqps",
                    q(rate("sluice_http_requests_seconds_count", "endpoint, status"), "{{endpoint}} {{status}}"),
                    runbook="SluiceErrors",
                ),
                graph(
                    "Time by stage",
                    "s",
                    q(quantile(0.5, "sluice_http_stage_seconds", "stage"), "{{stage}}, half"),
                    q(quantile(0.99, "sluice_http_stage_seconds", "stage"), "{{stage}}, 99%"),
                    about="Throttled requests wait on purpose: their time is in the stage throttled, not in answer.",
                    runbook="SluiceSlowAnswers",
                ),
                graph(
                    "Time of a request",
                    "s",
                    q(quantile(0.5, REQUESTS, "endpoint, throttled"), THROTTLED + ", half"),
                    q(quantile(0.99, REQUESTS, "endpoint, throttled"), THROTTLED + ", 99%"),
                    about="Throttled requests wait on purpose, so they have lines of their own.",
                ),
            ],
        ),
        (
            "Through Kafka",
            [
                graph(
                    "Round trip",
                    "s",
                    q(quantile(0.5, "sluice_client_round_trip_seconds", "instance"), "{{instance}}, half"),
                    q(quantile(0.99, "sluice_client_round_trip_seconds", "instance"), "{{instance}}, 99%"),
                ),
                graph(
                    "Requests that wait",
                    "short",
                    q("sum by (instance) (sluice_client_pending" + SELECTED + ")", "{{instance}}: waiting"),
                    q("sum by (instance) (sluice_client_held" + SELECTED + ")", "{{instance}}: of these, delayed"),
                    q("max(sluice_client_pending_max" + SELECTED + ")", "bound"),
                    runbook="SluicePendingFull",
                ),
                graph(
                    "Oldest waiting request",
                    "s",
                    q("max by (instance) (sluice_client_pending_oldest_seconds" + SELECTED + ")", "{{instance}}"),
                ),
                graph(
                    "Without a verdict",
                    "reqps",
                    q(rate("sluice_client_timeouts_total"), "deadline passed"),
                    q(rate("sluice_client_overflows_total"), "too many waited"),
                    q(rate("sluice_client_replies_late_total"), "reply came late"),
                    runbook="SluiceUnansweredRequests",
                ),
            ],
        ),
        (
            "Leases",
            [
                graph("Local answers", "reqps", q(rate("sluice_client_local_total", "answer"), "{{answer}}")),
                graph("Asked the ledger", "reqps", q(rate("sluice_client_asked_total", "reason"), "{{reason}}")),
                graph(
                    "Lease requests",
                    "ops",
                    q(rate("sluice_client_leases_total", "outcome"), "{{outcome}}"),
                    runbook="SluiceLeasesUnanswered",
                ),
                graph(
                    "Tokens of leases",
                    "ops",
                    q(rate("sluice_client_leases_granted_total"), "granted"),
                    q(rate("sluice_client_leases_spent_total"), "spent"),
                    q(rate("sluice_client_leases_returned_total"), "returned"),
                ),
                graph(
                    "Keys",
                    "short",
                    q("sum(sluice_client_keys_tracked" + SELECTED + ")", "tracked"),
                    q("sum(sluice_client_leases_open" + SELECTED + ")", "open leases"),
                ),
            ],
        ),
        (
            "Callers",
            [
                graph(
                    "Connections",
                    "short",
                    q("sum by (instance, port) (sluice_http_connections" + SELECTED + ")", "{{instance}} {{port}}"),
                    q(
                        "sum by (instance, port) (sluice_http_connections_unread" + SELECTED + ")",
                        "{{instance}} {{port}}: answer unread",
                    ),
                    runbook="SluiceConnectionsFull",
                ),
                graph(
                    "Bodies in memory",
                    "bytes",
                    q("sum by (instance) (sluice_http_body_bytes" + SELECTED + ")", "{{instance}}"),
                    q("max(sluice_http_body_bytes_max" + SELECTED + ")", "bound"),
                ),
                graph(
                    "Closed and refused",
                    "ops",
                    q(rate("sluice_http_connections_closed_total", "cause"), "connection: {{cause}}"),
                    q(rate("sluice_http_bodies_refused_total", "cause"), "body: {{cause}}"),
                ),
                graph(
                    "Access",
                    "ops",
                    q(rate("sluice_access_refusals_total", "port, cause"), "{{port}}: {{cause}}"),
                    q(rate("sluice_access_jwks_fetches_total", "outcome"), "keys of the issuer: {{outcome}}"),
                    runbook="SluiceAccessRefused",
                ),
            ],
        ),
    ],
)
