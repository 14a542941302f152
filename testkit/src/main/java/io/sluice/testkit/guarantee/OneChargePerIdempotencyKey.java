package io.sluice.testkit.guarantee;

import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.VerdictDetails;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * G4: within the window, an idempotency key of a client is charged once, and gives the first answer again. A refusal is
 * repeated until the moment at which its caller may retry.
 */
public final class OneChargePerIdempotencyKey implements Guarantee {
    private static final long PARTS = 8;

    private final long windowMillis;

    /**
     * The guarantee for a history with one window.
     *
     * @param windowMillis how long after its first answer a key is remembered
     */
    public OneChargePerIdempotencyKey(long windowMillis) {
        this.windowMillis = windowMillis;
    }

    @Override
    public String id() {
        return "G4 OneChargePerIdempotencyKey";
    }

    @Override
    public void check(List<Decision> decisionsInOrderOfOnePartition) {
        Map<Use, Decision> firstByUse = new HashMap<>();
        for (Decision decision : decisionsInOrderOfOnePartition) {
            String key = decision.request().idempotencyKey();
            if (key == null) {
                if (decision.details().replayed()) {
                    throw broken(decision, "a repeated answer without an idempotency key");
                }
                continue;
            }
            Use use = new Use(decision.request().clientId().text(), key);
            if (decision.details().replayed()) {
                checkReplay(decision, firstByUse.get(use));
            } else {
                checkFirst(decision, firstByUse.get(use));
                firstByUse.put(use, decision);
            }
        }
    }

    private void checkFirst(Decision decision, @Nullable Decision before) {
        if (before != null
                && decision.details().decidedAtMillis() < before.details().decidedAtMillis() + remembered(before)) {
            throw broken(decision, "decided again within the window, after " + before.decisionId());
        }
    }

    private long remembered(Decision before) {
        Long retryAfterMillis = before.details().retryAfterMillis();
        if (before.details().allowed() || retryAfterMillis == null) {
            return windowMillis;
        }
        // A wait is in the brokers' time, of which a partition that is ahead of it follows seven eighths, rounded down.
        long slowedMillis = retryAfterMillis - (retryAfterMillis + PARTS - 1) / PARTS - 1;
        return Math.min(windowMillis, slowedMillis);
    }

    private void checkReplay(Decision decision, @Nullable Decision first) {
        if (decision.charged() != 0) {
            throw broken(decision, "a repeated answer charged " + decision.charged());
        }
        if (first == null) {
            throw broken(decision, "a repeated answer before the first one");
        }
        if (!sameAnswer(decision.details(), first.details())) {
            throw broken(
                    decision,
                    "expected the answer of " + first.decisionId() + ", " + first.details() + ", but was "
                            + decision.details());
        }
    }

    private static boolean sameAnswer(VerdictDetails replay, VerdictDetails first) {
        return replay.code() == first.code()
                && replay.reasonCode().equals(first.reasonCode())
                && replay.decidedAtMillis() == first.decidedAtMillis()
                && replay.rulesetRevision() == first.rulesetRevision()
                && replay.limits().equals(first.limits());
    }

    private record Use(String clientId, String idempotencyKey) {}
}
