package io.sluice.client.decisions;

import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseRecord;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.DecisionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A filter for records of an account; null stands for all.
 *
 * @param client records about this client; a batch is about the client of each check
 * @param verdict records that count requests with this verdict, whatever kind they are. A lease report counts those
 *     that a front end answered by itself
 * @param decision the decision with this ID, and what ended its hold or lease
 */
public record DecisionFilter(
        @Nullable ClientId client,
        @Nullable VerdictName verdict,
        @Nullable DecisionId decision) {
    /** Everything. */
    public static final DecisionFilter ALL = new DecisionFilter(null, null, null);

    /** Which requests a record has to count. */
    public enum VerdictName {
        ALLOW,
        DENY
    }

    boolean matches(DecisionRecord record) {
        return (client == null || clients(record).contains(client))
                && (verdict == null || count(record, verdict) > 0)
                && (decision == null
                        || decision.text().equals(idOf(record))
                        || decision.text().equals(holdOf(record)));
    }

    private static long count(DecisionRecord record, VerdictName verdict) {
        return switch (verdict) {
            case ALLOW -> record.allowed();
            case DENY -> record.denied();
        };
    }

    private static List<ClientId> clients(DecisionRecord record) {
        if (record instanceof Decision decided) {
            return List.of(decided.request().clientId());
        } else if (record instanceof BatchDecision batch) {
            return batch.request().checks().stream()
                    .map(check -> check.clientId())
                    .toList();
        } else if (record instanceof SettlementRecord settlement) {
            return List.of(settlement.settlement().clientId());
        } else if (record instanceof LeaseRecord lease) {
            return List.of(lease.request().admission().clientId());
        }
        return List.of(((LeaseReportRecord) record).clientId());
    }

    /** Whether no older record can match: decision IDs grow along a partition. */
    boolean isBehind(DecisionRecord record) {
        String id = idOf(record);
        return decision != null && id != null && offsetOf(id) <= decision.offset();
    }

    /** An ID of another form is that of no older record. */
    private static long offsetOf(String id) {
        try {
            return DecisionId.parse("decisionId", id).offset();
        } catch (WireException e) {
            return Long.MAX_VALUE;
        }
    }

    /** The ID of the request that the record answers; null if it answers none. */
    static @Nullable String idOf(DecisionRecord record) {
        if (record instanceof Decision decided) {
            return decided.decisionId();
        } else if (record instanceof BatchDecision batch) {
            return batch.decisionId();
        } else if (record instanceof SettlementRecord settlement) {
            return settlement.decisionId();
        } else if (record instanceof LeaseRecord lease) {
            return lease.decisionId();
        }
        return ((LeaseReportRecord) record).decisionId();
    }

    private static @Nullable String holdOf(DecisionRecord record) {
        if (record instanceof SettlementRecord settlement) {
            return settlement.settlement().holdId();
        }
        return record instanceof LeaseReportRecord report ? report.leaseId() : null;
    }
}
