package io.sluice.streams.topology;

/** The names of the topologies' nodes and stores; changing one orphans state or breaks dashboards. */
public final class Names {
    public static final String REQUESTS_SOURCE = "requests-source";
    public static final String ADMISSION_PROCESSOR = "admission-processor";
    public static final String REPLIES_SINK = "replies-sink";
    public static final String DECISIONS_SINK = "decisions-sink";
    public static final String DEAD_LETTERS_SINK = "dead-letters-sink";
    public static final String ALERTS_SINK = "alerts-sink";
    public static final String ACCOUNTS_SINK = "accounts-sink";
    public static final String MESSAGES_SINK = "messages-sink";
    public static final String STATE_STORE = "sluice-state";

    public static final String COMMANDS_SOURCE = "commands-source";
    public static final String RULES_PROCESSOR = "rules-processor";
    public static final String AUDIT_SINK = "audit-sink";
    public static final String RULES_SINK = "rules-sink";
    public static final String CONTROL_PLANE_STORE = "rulebook";

    public static final String USAGE_SOURCE = "usage-decisions-source";
    public static final String USAGE_QUERIES_SOURCE = "usage-queries-source";
    public static final String USAGE_PROCESSOR = "usage-processor";
    public static final String USAGE_SINK = "usage-sink";
    public static final String USAGE_REPLIES_SINK = "usage-replies-sink";
    public static final String USAGE_ALERTS_SINK = "usage-alerts-sink";
    public static final String USAGE_STORE = "usage";

    private Names() {}
}
