package io.sluice.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.sluice.engine.ledger.HoldResult;
import io.sluice.engine.ledger.HoldSettlement;
import io.sluice.engine.state.HoldKind;
import io.sluice.schemas.reply.Settlement;
import io.sluice.schemas.reply.SettlementRecord;
import io.sluice.schemas.reply.SettlementReply;
import io.sluice.schemas.reply.WireError;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.ReplyAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Compares the ends of reservations and slots with what the oracle expects; every message names the hold. */
final class SettlementDifferences {
    private SettlementDifferences() {}

    /** The names of the holds that these records end. */
    static Stream<String> names(Collection<SettlementRecord> records) {
        return records.stream().map(SettlementDifferences::name);
    }

    private static String name(SettlementRecord record) {
        return ExpectedSettlement.name(
                record.settlement().holdId(), record.settlement().slots());
    }

    /** Asserts that these are all known ends, and that those which must have come are among them. */
    static void assertRecords(
            Map<String, ExpectedSettlement> knownByName,
            Collection<ExpectedSettlement> expectedEnds,
            Collection<SettlementRecord> records) {
        SeenOnce seen = new SeenOnce("end of ");
        for (SettlementRecord record : records) {
            String name = name(record);
            ExpectedSettlement expected = seen.expected(name, knownByName.get(name), record);
            assertThat(record)
                    .as("end of %s", name)
                    .isEqualTo(new SettlementRecord(
                            expected.decisionId(), told(expected.partition(), expected.settlement(), false)));
        }
        seen.assertNoneMissing(
                "missing ends of holds",
                expectedEnds.stream().filter(ExpectedSettlement::noticed).map(ExpectedSettlement::name));
    }

    static void assertReplies(Map<String, ExpectedAnswer> expectedById, Collection<SettlementReply> replies) {
        for (SettlementReply reply : replies) {
            String id = reply.decisionId();
            ExpectedAnswer expected = expectedById.get(id);
            ReplyAddress address = expected == null ? null : expected.reply();
            if (expected == null || address == null) {
                fail("settlement %s: expected no answer but was %s", id, reply);
                return;
            }
            assertThat(reply.correlationId())
                    .as("settlement %s: correlation ID", id)
                    .isEqualTo(address.correlationId());
            assertAnswer(expected, reply);
        }
    }

    static void assertAllAnswered(Map<String, ExpectedAnswer> expectedById, Collection<SettlementReply> replies) {
        Set<String> answered = new HashSet<>();
        replies.forEach(reply -> answered.add(reply.decisionId()));
        SeenOnce.assertNoneMissing(
                "commits, cancels and releases without an answer",
                expectedById.values().stream()
                        .filter(expected -> expected.reply() != null)
                        .map(ExpectedAnswer::decisionId),
                answered);
    }

    private static void assertAnswer(ExpectedAnswer expected, SettlementReply reply) {
        int partition = expected.request().holdId().partition();
        HoldResult result = expected.result();
        WireError error = reply.error();
        if (result instanceof HoldResult.Ended ended) {
            assertThat(reply.settlement())
                    .as("settlement %s", expected.decisionId())
                    .isIn(
                            told(partition, ended.settlement(), false),
                            // A request that is read again: what its buckets hold is not remembered.
                            told(partition, ended.settlement(), true).withoutLimits());
        } else if (result instanceof HoldResult.Repeated repeated) {
            assertThat(reply.settlement())
                    .as("settlement %s", expected.decisionId())
                    .isEqualTo(told(partition, repeated.settlement(), true));
        } else {
            assertThat(error == null ? "a settlement" : error.code())
                    .as("settlement %s", expected.decisionId())
                    .isEqualTo(
                            result instanceof HoldResult.NotFound
                                    ? WireError.RESERVATION_NOT_FOUND
                                    : WireError.COMMIT_ABOVE_RESERVATION);
        }
    }

    /** The settlement in the words of the wire, written a second time on purpose. */
    static Settlement told(int partition, HoldSettlement settlement, boolean replayed) {
        return new Settlement(
                Settlement.Outcome.valueOf(settlement.outcome().name()),
                new ClientId(settlement.clientId(), settlement.clientId().split("/", -1)[0]),
                partition + "-" + settlement.key().offset(),
                settlement.key().kind() == HoldKind.SLOTS,
                settlement.reserved(),
                settlement.cost(),
                settlement.uncharged(),
                settlement.atMillis(),
                settlement.revision(),
                replayed,
                ReplyMapping.listed(settlement.limits(), null));
    }
}
