package io.sluice.client.alerts;

import io.sluice.client.search.RecordPosition;
import io.sluice.schemas.alert.Alert;
import io.sluice.schemas.alert.BurnRateAlert;
import io.sluice.schemas.alert.SpikeAlert;
import org.jspecify.annotations.Nullable;

/**
 * A query for one page of recent alerts, newest first; null stands for all.
 *
 * @param account only alerts about this account
 * @param limitId only alerts about this limit
 * @param type only alerts of this type
 * @param limit the most records of the page
 * @param before only older records than the one there; null for the newest
 */
public record AlertQuery(
        @Nullable String account,
        @Nullable String limitId,
        @Nullable Type type,
        int limit,
        @Nullable RecordPosition before) {
    /** The largest page. */
    public static final int LIMIT_MAX = 500;

    /** What an alert tells of. */
    public enum Type {
        THRESHOLD,
        SPIKE,
        BURN_RATE
    }

    public AlertQuery {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1.." + LIMIT_MAX + ")");
        }
    }

    /** The newest of all. */
    public static AlertQuery newest(int limit) {
        return new AlertQuery(null, null, null, limit, null);
    }

    /** The same, further back. */
    public AlertQuery before(@Nullable RecordPosition position) {
        return new AlertQuery(account, limitId, type, limit, position);
    }

    /** The same about one account only. */
    public AlertQuery of(String newAccount) {
        return new AlertQuery(newAccount, limitId, type, limit, before);
    }

    boolean covers(Alert alert) {
        return (account == null || account.equals(alert.account()))
                && (limitId == null || limitId.equals(alert.limitId()))
                && (type == null || type == typeOf(alert));
    }

    private static Type typeOf(Alert alert) {
        if (alert instanceof SpikeAlert) {
            return Type.SPIKE;
        }
        return alert instanceof BurnRateAlert ? Type.BURN_RATE : Type.THRESHOLD;
    }
}
