from panels import RATE, SELECTED, dashboard, graph, q, rate, selected, table

LIMIT = selected('limit=~"$limit"')
ROUTE = selected('tier=~"$tier", route=~"$route"')
DASHBOARD = dashboard(
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
                    q(
                        rate(
                            "sluice_limit_outcomes_total",
                            "limit",
                            selected('limit=~"$limit", outcome=~"refused|challenged"'),
                        ),
                        "{{limit}}",
                    ),
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
                table(
                    "Outcomes by limit",
                    "reqps",
                    q("sum by (limit, outcome) (rate(sluice_limit_outcomes_total" + LIMIT + "[5m]))"),
                ),
                graph(
                    "Answers out of leases by deciding limit",
                    "reqps",
                    q(
                        'sum by (limit, answer) (rate(sluice_client_local_limits_total{limit=~"$limit"}' + RATE + "))",
                        "{{limit}}: {{answer}}",
                    ),
                    about="Front ends give these answers; the outcomes on the left do not contain them.",
                ),
            ],
        ),
        (
            "Tiers and routes",
            [
                graph(
                    "Decisions by tier",
                    "reqps",
                    q(rate("sluice_route_decisions_total", "tier, verdict", ROUTE), "{{tier}}: {{verdict}}"),
                ),
                graph(
                    "Denials by route",
                    "reqps",
                    q(
                        rate(
                            "sluice_route_decisions_total",
                            "route",
                            selected('tier=~"$tier", route=~"$route", verdict="deny"'),
                        ),
                        "{{route}}",
                    ),
                ),
                table(
                    "Decisions by tier and route",
                    "reqps",
                    q("sum by (tier, route, verdict) (rate(sluice_route_decisions_total" + ROUTE + "[5m]))"),
                ),
            ],
        ),
        (
            "Rules",
            [
                graph("Reasons", "reqps", q(rate("sluice_decisions_total", "reason"), "{{reason}}")),
                graph(
                    "Decisions by a shared overflow bucket",
                    "reqps",
                    q(rate("sluice_overflows_total"), "overflow"),
                    runbook="SluiceOverflowBuckets",
                ),
                graph("Thresholds that were crossed", "ops", q(rate("sluice_alerts_total"), "alerts")),
                graph(
                    "Names that count as other",
                    "short",
                    q("max by (label) (sluice_metric_names_folded" + SELECTED + ")", "{{label}}"),
                    runbook="SluiceNamesFolded",
                ),
            ],
        ),
    ],
    more=[
        ("limit", "sluice_limit_outcomes_total"),
        ("tier", "sluice_route_decisions_total"),
        ("route", "sluice_route_decisions_total"),
    ],
)
