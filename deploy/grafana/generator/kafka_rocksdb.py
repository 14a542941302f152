from panels import RATE, SELECTED, dashboard, graph, q, rate, selected

DASHBOARD = dashboard(
    "sluice-kafka-rocksdb",
    "Sluice: Kafka, RocksDB and JVM",
    "What Sluice stands on. The metrics of Kafka's clients and stores appear a minute after a start.",
    "jvm_threads_live_threads",
    [
        (
            "Kafka clients",
            [
                graph(
                    "Latency of writes",
                    "ms",
                    q(
                        "max by (instance, client_id) (kafka_producer_request_latency_avg" + SELECTED + ")",
                        "{{client_id}}",
                    ),
                    runbook="SluiceCommitsSlow",
                ),
                graph(
                    "Lag of consumers",
                    "short",
                    q(
                        "max by (instance, client_id) (kafka_consumer_fetch_manager_records_lag" + SELECTED + ")",
                        "{{client_id}}",
                    ),
                ),
                graph(
                    "Throttled by quotas",
                    "ms",
                    q("max by (client_id) (kafka_producer_produce_throttle_time_avg" + SELECTED + ")", "{{client_id}}"),
                ),
                graph(
                    "Rebalances",
                    "short",
                    q(
                        "sum by (instance) (increase(kafka_consumer_coordinator_rebalance_total"
                        + SELECTED
                        + RATE
                        + "))",
                        "{{instance}}",
                    ),
                    runbook="SluiceNoStreamThread",
                ),
            ],
        ),
        (
            "RocksDB",
            [
                graph(
                    "Files",
                    "bytes",
                    q("sum by (instance) (kafka_stream_state_total_sst_files_size" + SELECTED + ")", "{{instance}}"),
                ),
                graph(
                    "Block cache in use",
                    "bytes",
                    q("max by (instance) (kafka_stream_state_block_cache_usage" + SELECTED + ")", "{{instance}}"),
                    q(
                        "max by (instance) (kafka_stream_state_block_cache_capacity" + SELECTED + ")",
                        "{{instance}}: bound",
                    ),
                    about="All stores of an app share one cache, and each reports it: do not add them up.",
                ),
                graph(
                    "Compaction pending",
                    "bytes",
                    q(
                        "sum by (instance) (kafka_stream_state_estimate_pending_compaction_bytes" + SELECTED + ")",
                        "{{instance}}",
                    ),
                    runbook="SluiceCompactionBehind",
                ),
                graph(
                    "Write buffers",
                    "bytes",
                    q("sum by (instance) (kafka_stream_state_size_all_mem_tables" + SELECTED + ")", "{{instance}}"),
                ),
                graph(
                    "Errors in the background",
                    "short",
                    q("sum by (instance) (kafka_stream_state_background_errors" + SELECTED + ")", "{{instance}}"),
                    runbook="SluiceRocksDbErrors",
                ),
            ],
        ),
        (
            "JVM",
            [
                graph(
                    "Heap",
                    "bytes",
                    q("sum by (instance) (jvm_memory_used_bytes" + selected('area="heap"') + ")", "{{instance}}"),
                    q(
                        "sum by (instance) (jvm_memory_committed_bytes" + selected('area="heap"') + ")",
                        "{{instance}}: committed",
                    ),
                    runbook="SluiceHeapFull",
                ),
                graph(
                    "Share of time in pauses",
                    "percentunit",
                    q("sum by (instance) (rate(jvm_gc_pause_seconds_sum" + SELECTED + RATE + "))", "{{instance}}"),
                    runbook="SluiceLongPauses",
                ),
                graph(
                    "Processor",
                    "percentunit",
                    q("max by (instance) (process_cpu_usage" + SELECTED + ")", "{{instance}}"),
                    q("max by (instance) (system_cpu_usage" + SELECTED + ")", "{{instance}}: machine"),
                ),
                graph(
                    "Open files",
                    "short",
                    q("max by (instance) (process_files_open_files" + SELECTED + ")", "{{instance}}"),
                    runbook="SluiceFilesRunOut",
                ),
            ],
        ),
    ],
)
