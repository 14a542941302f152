package io.sluice.schemas.topic;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** A party that reaches Kafka under a principal of its own. {@link RolePermissions} says what each may do there. */
public enum KafkaRole {
    STREAMS_APP("decides requests, and hosts the rules writer"),
    FRONT_END("request API without the command key, or a service with the Java client"),
    ADMIN_FRONT_END("request API with the command key"),
    BATCH_PRODUCER("writes requests, and wants no replies"),
    ANALYST("reads decisions, profiles, usage and alerts"),
    AUDITOR("reads who changed what"),
    OPERATOR("the command line: topics, rules, clock, decisions, dead letters");

    private final String purpose;

    KafkaRole(String purpose) {
        this.purpose = purpose;
    }

    /** As it is written in options, names of principals and manifests. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What the role is for, for the reader. */
    public String purpose() {
        return purpose;
    }

    /**
     * The role of that name.
     *
     * @throws IllegalArgumentException with the names that there are
     */
    public static KafkaRole of(String id) {
        return Arrays.stream(values())
                .filter(role -> role.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("role: " + id + " (expected: "
                        + Arrays.stream(values()).map(KafkaRole::id).collect(Collectors.joining(", ")) + ")"));
    }
}
