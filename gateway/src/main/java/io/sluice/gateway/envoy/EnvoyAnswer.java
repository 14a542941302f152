package io.sluice.gateway.envoy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.sluice.gateway.envoy.ChargedHits.Decided;
import io.sluice.gateway.envoy.ChargedHits.Group;
import io.sluice.schemas.http.RateLimitFields;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictDetails;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer for the caller behind Envoy, for both filters.
 *
 * @param fields header fields of the answer to the caller
 * @param body its body if it is denied; empty if not
 * @param metadata for Envoy's access log and for filters that come later
 */
record EnvoyAnswer(Map<String, String> fields, ByteString body, Struct metadata) {
    private static final String RETRY_AFTER = "Retry-After";

    static EnvoyAnswer of(Decided decided, int deniedStatus) {
        VerdictDetails details = decided.merged();
        Group deciding = deciding(decided, details);
        Map<String, String> fields = new LinkedHashMap<>();
        if (details != null && !DeniedBody.isDenyListed(details)) {
            fields.putAll(RateLimitFields.of(details));
        } else if (details == null && !decided.allowed()) {
            fields.put(RETRY_AFTER, "1");
        }
        ByteString body = ByteString.EMPTY;
        if (!decided.allowed()) {
            fields.put("Content-Type", DeniedBody.CONTENT_TYPE);
            String reason = details == null ? String.valueOf(deciding.degraded()) : details.reason();
            body = ByteString.copyFrom(DeniedBody.of(deniedStatus, details, deciding.decisionId(), reason));
        }
        return new EnvoyAnswer(fields, body, metadata(details, deciding));
    }

    private static Group deciding(Decided decided, @Nullable VerdictDetails details) {
        Group chosen = decided.groups().get(0);
        for (Group group : decided.groups()) {
            boolean isIt = details != null
                    && group.details() != null
                    && group.allowed() == decided.allowed()
                    && group.details().decidedAtMillis() == details.decidedAtMillis()
                    && group.details().reason().equals(details.reason());
            if (isIt || (details == null && group.allowed() == decided.allowed())) {
                return group;
            }
        }
        return chosen;
    }

    private static Struct metadata(@Nullable VerdictDetails details, Group deciding) {
        Struct.Builder metadata = Struct.newBuilder();
        if (deciding.decisionId() != null) {
            metadata.putFields("decisionId", text(deciding.decisionId()));
        }
        if (details == null) {
            return metadata.putFields(
                            "degraded", Value.newBuilder().setBoolValue(true).build())
                    .build();
        }
        LimitStatus limit = details.decidingLimit();
        if (limit != null) {
            metadata.putFields("limitId", text(limit.id()));
        }
        return metadata.putFields(
                        "rulesetRevision",
                        Value.newBuilder()
                                .setNumberValue((double) details.rulesetRevision())
                                .build())
                .putFields("reasonCode", text(details.reasonCode()))
                .build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
