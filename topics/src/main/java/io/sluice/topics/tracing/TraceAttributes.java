package io.sluice.topics.tracing;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictDetails;

/** The attributes of Sluice's spans: OpenTelemetry's for messaging, and our own, which begin with {@code sluice.}. */
public final class TraceAttributes {
    /** Name of the tracer: the instrumentation scope of every span. */
    public static final String SCOPE = "io.sluice";

    public static final AttributeKey<String> MESSAGING_SYSTEM = AttributeKey.stringKey("messaging.system");
    public static final AttributeKey<String> DESTINATION = AttributeKey.stringKey("messaging.destination.name");
    public static final AttributeKey<String> PARTITION = AttributeKey.stringKey("messaging.destination.partition.id");
    public static final AttributeKey<String> OPERATION = AttributeKey.stringKey("messaging.operation.name");
    public static final AttributeKey<String> OPERATION_TYPE = AttributeKey.stringKey("messaging.operation.type");
    public static final AttributeKey<Long> OFFSET = AttributeKey.longKey("messaging.kafka.offset");
    public static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    /** {@code allow} or {@code deny}. */
    public static final AttributeKey<String> VERDICT = AttributeKey.stringKey("sluice.verdict");
    /** The limit that decided. */
    public static final AttributeKey<String> LIMIT = AttributeKey.stringKey("sluice.limit.id");
    /** Names the record of the decision. */
    public static final AttributeKey<String> DECISION = AttributeKey.stringKey("sluice.decision.id");
    /** The lease, if a front end answered from it. */
    public static final AttributeKey<String> LEASE = AttributeKey.stringKey("sluice.lease.id");
    /** The denial that a front end repeats. */
    public static final AttributeKey<String> REPEATS = AttributeKey.stringKey("sluice.repeats");
    /** Whether the verdict is one of the failure policy. */
    public static final AttributeKey<Boolean> DEGRADED = AttributeKey.booleanKey("sluice.degraded");

    private TraceAttributes() {}

    /**
     * What every span about a record of a topic has.
     *
     * @param operation send, process or receive
     */
    public static Attributes messaging(String operation, String topic) {
        return Attributes.of(
                MESSAGING_SYSTEM, "kafka", DESTINATION, topic, OPERATION, operation, OPERATION_TYPE, operation);
    }

    /** Names the verdict, and the limit that decided. */
    public static void verdict(Span span, VerdictDetails details) {
        span.setAttribute(VERDICT, details.allowed() ? "allow" : "deny");
        LimitStatus deciding = details.decidingLimit();
        if (deciding != null) {
            span.setAttribute(LIMIT, deciding.id());
        }
    }
}
