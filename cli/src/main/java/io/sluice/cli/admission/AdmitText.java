package io.sluice.cli.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A verdict as lines for a person, the deciding limit marked.
 *
 * <pre>
 *   deny: limit per-client has 0 of 20 tokens left, 1 asked for; enough in 3000 ms
 *   client acme/alice, tier free, revision 7, decision 0-31
 *   * per-client (acme/alice): 0 of 20 left, one more in 3000 ms, full in 60000 ms
 *     per-account: 180 of 200 left, one more in 60 ms, full in 1200 ms
 * </pre>
 */
final class AdmitText {
    private AdmitText() {}

    static List<String> lines(String clientId, Map<?, ?> verdict) {
        List<String> lines = new ArrayList<>();
        lines.add(verdict.get("verdict") + ": " + reason(verdict));
        if (Boolean.TRUE.equals(verdict.get("degraded"))) {
            lines.add("client " + clientId + ", no verdict in time: the failure policy answers, nothing is charged");
            return lines;
        }
        lines.add("client " + clientId + ", tier " + verdict.get("tier") + ", revision "
                + verdict.get("rulesetRevision") + ", decision " + verdict.get("decisionId"));
        if (verdict.get("delayMillis") instanceof Long delayMillis) {
            lines.add("go ahead in " + delayMillis + " ms");
        }
        if (Boolean.TRUE.equals(verdict.get("replayed"))) {
            lines.add("replayed: the answer to an earlier request with the same idempotency key");
        }
        for (Object limit : verdict.get("limits") instanceof List<?> list ? list : List.of()) {
            if (limit instanceof Map<?, ?> members) {
                lines.add(limit(members, verdict.get("limitId")));
            }
        }
        return lines;
    }

    private static String reason(Map<?, ?> verdict) {
        Object reason = verdict.get("reason");
        return String.valueOf(reason == null ? verdict.get("detail") : reason);
    }

    private static String limit(Map<?, ?> limit, @Nullable Object deciding) {
        Object id = limit.get("id");
        Object scope = limit.get("scope");
        String of = scope == null || scope.toString().isEmpty() ? "" : " (" + scope + ")";
        String shadow = "shadow".equals(limit.get("mode")) ? ", in shadow" : "";
        return (id != null && id.equals(deciding) ? "* " : "  ") + id + of + ": " + limit.get("remaining") + " of "
                + limit.get("limit") + " left" + said(limit, "debt", " too many")
                + said(limit, "graceRemaining", " of its grace")
                + waits(limit) + shadow;
    }

    private static String said(Map<?, ?> limit, String member, String what) {
        return limit.get(member) instanceof Long tokens ? ", " + tokens + what : "";
    }

    private static String waits(Map<?, ?> limit) {
        return limit.get("resetAfterMillis") instanceof Long fullMillis && fullMillis > 0
                ? ", one more in " + limit.get("nextTokenMillis") + " ms, full in " + fullMillis + " ms"
                : "";
    }
}
