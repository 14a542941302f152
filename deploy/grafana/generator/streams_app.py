from panels import SELECTED, dashboard, graph, q, quantile, rate, selected

DASHBOARD = dashboard(
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
                graph(
                    "Age of the oldest undecided request",
                    "s",
                    q(
                        "max by (partition) (sluice_requests_undecided_age_seconds" + SELECTED + ")",
                        "partition {{partition}}",
                    ),
                    runbook="SluiceRequestsUndecided",
                ),
                graph(
                    "Records by stage",
                    "reqps",
                    q(rate("sluice_stage_seconds_count", "instance", selected('stage="decide"')), "{{instance}}"),
                ),
            ],
        ),
        (
            "Transactions",
            [
                graph(
                    "Ends",
                    "ops",
                    q(rate("sluice_transactions_seconds_count", "outcome, instance"), "{{instance}}: {{outcome}}"),
                    runbook="SluiceTransactionsAborted",
                ),
                graph(
                    "Time of a commit",
                    "s",
                    q(quantile(0.5, "sluice_transactions_seconds", "outcome"), "{{outcome}}, half"),
                    q(quantile(0.99, "sluice_transactions_seconds", "outcome"), "{{outcome}}, 99%"),
                    runbook="SluiceCommitsSlow",
                ),
                graph(
                    "Records that wait for their producer",
                    "short",
                    q("sum by (instance) (sluice_send_queue_records" + SELECTED + ")", "{{instance}}"),
                    runbook="SluiceSendQueueFull",
                ),
                graph(
                    "Replies that no broker has, and lost ones",
                    "short",
                    q("sum by (instance) (sluice_replies_waiting" + SELECTED + ")", "{{instance}} waiting"),
                    q(
                        "sum by (instance, cause) (increase(sluice_replies_lost_total"
                        + SELECTED
                        + "[$__rate_interval]))",
                        "{{instance}} lost: {{cause}}",
                    ),
                    runbook="SluiceRepliesLost",
                ),
            ],
        ),
        (
            "State",
            [
                graph(
                    "Restoring: records left",
                    "short",
                    q(
                        "sum by (store, partition) (sluice_restore_records_left" + SELECTED + ")",
                        "{{store}} {{partition}}",
                    ),
                    runbook="SluiceRestoreSlow",
                ),
                graph(
                    "Reads that objects in memory served",
                    "percentunit",
                    q(
                        rate("sluice_state_cache_hits_total")
                        + " / ("
                        + rate("sluice_state_cache_hits_total")
                        + " + "
                        + rate("sluice_state_cache_misses_total")
                        + ")",
                        "hits",
                    ),
                    maximum=1,
                ),
                graph(
                    "Entries",
                    "short",
                    q("sum by (instance) (sluice_state_cached" + SELECTED + ")", "{{instance}}: as objects"),
                    q("sum by (instance) (sluice_state_unwritten" + SELECTED + ")", "{{instance}}: not in RocksDB yet"),
                ),
                graph(
                    "Clean-up",
                    "ops",
                    q(rate("sluice_sweep_visited_total"), "visited"),
                    q(rate("sluice_sweep_removed_total"), "removed"),
                ),
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
                graph(
                    "Dead letters",
                    "ops",
                    q(rate("sluice_dead_letters_total", "reason"), "{{reason}}"),
                    runbook="SluiceForgedRecords",
                ),
                graph(
                    "Lost, skipped, read again",
                    "ops",
                    q(rate("sluice_outputs_lost_total", "topic"), "lost: {{topic}}"),
                    q(rate("sluice_requests_skipped_total"), "skipped"),
                    q(rate("sluice_requests_redelivered_total"), "read again"),
                    runbook="SluiceOffsetsMoved",
                ),
                graph(
                    "Partition time against the broker's",
                    "ms",
                    q("max by (partition) (sluice_clock_ahead_millis" + SELECTED + ")", "ahead {{partition}}"),
                    q("max by (partition) (sluice_clock_behind_millis" + SELECTED + ")", "behind {{partition}}"),
                    runbook="SluiceClocksDisagree",
                ),
                graph(
                    "Problems of the cluster",
                    "short",
                    q("max by (instance) (sluice_cluster_problems" + SELECTED + ")", "{{instance}}"),
                    runbook="SluiceClusterProblem",
                ),
            ],
        ),
    ],
)
