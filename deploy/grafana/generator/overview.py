from panels import RATE, dashboard, graph, q, rate, stat

DASHBOARD = dashboard(
    "sluice-overview",
    "Sluice: overview",
    "Whether callers get verdicts, in time, and what is wrong if not.",
    'up{job=~".*(streams-app|request-api|admin-api).*"}',
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
                graph(
                    "99th percentile by endpoint",
                    "s",
                    q("sluice:http_requests:p99_5m", "{{endpoint}}"),
                    about="Without throttled requests, which wait on purpose.",
                    runbook="SluiceSlowAnswers",
                ),
                graph(
                    "99th percentile by stage",
                    "s",
                    q("sluice:http_stage:p99_5m", "front end: {{stage}}"),
                    q("sluice:round_trip:p99_5m", "front end: round trip"),
                    q("sluice:stage:p99_5m", "streams app: {{stage}}"),
                    about="The answer stage of a front end contains the round trip, and that the stages of the app."
                    " The stage throttled contains waits on purpose.",
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
