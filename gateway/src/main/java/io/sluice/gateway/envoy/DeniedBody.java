package io.sluice.gateway.envoy;

import io.sluice.schemas.codec.ObjectJson;
import io.sluice.schemas.codec.VerdictDetailsJson;
import io.sluice.schemas.reply.ExceedAction;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.VerdictDetails;
import org.jspecify.annotations.Nullable;

/** The body of a denial: the problem (RFC 9457) that the REST API answers in the same case. */
final class DeniedBody {
    static final String CONTENT_TYPE = "application/problem+json";

    private static final String QUOTA_EXCEEDED = "https://iana.org/assignments/http-problem-types#quota-exceeded";
    private static final String DENY_LISTED = "urn:sluice:problem:deny-listed";

    private DeniedBody() {}

    /** Whether a list keeps the client out, whatever the limits say. */
    static boolean isDenyListed(@Nullable VerdictDetails details) {
        return details != null && !details.allowed() && details.listId() != null;
    }

    /**
     * The body.
     *
     * @param status the status that the caller gets
     * @param details what was decided; null if a failure policy denied
     * @param decisionId where that is recorded; null for none
     */
    static byte[] of(int status, @Nullable VerdictDetails details, @Nullable String decisionId, String reason) {
        boolean listed = isDenyListed(details);
        return ObjectJson.bytes(json -> {
            json.writeStringField("type", listed ? DENY_LISTED : QUOTA_EXCEEDED);
            json.writeStringField("title", listed ? "On a deny list" : "Quota exceeded");
            json.writeNumberField("status", status);
            json.writeStringField("detail", reason);
            if (!listed) {
                json.writeArrayFieldStart("violated-policies");
                if (details != null) {
                    for (LimitStatus limit : details.limits()) {
                        if (limit.enforced() && limit.refused() && limit.action() != ExceedAction.TAG) {
                            json.writeString(limit.id());
                        }
                    }
                }
                json.writeEndArray();
            }
            if (decisionId != null) {
                json.writeStringField("decisionId", decisionId);
            }
            if (details == null) {
                json.writeStringField("verdict", "deny");
                json.writeStringField("reasonCode", "degraded");
                json.writeBooleanField("degraded", true);
            } else {
                VerdictDetailsJson.write(json, details);
            }
        });
    }
}
