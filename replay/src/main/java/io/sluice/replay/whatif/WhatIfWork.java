package io.sluice.replay.whatif;

import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.PartitionFacts;
import io.sluice.replay.run.PartitionWork;
import io.sluice.replay.run.StartRules;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.streams.replay.RunSettings;
import io.sluice.streams.replay.WideOwners;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides the records of one partition under two rulesets, from one state on, and compares the verdicts.
 *
 * <p>Up to the window all are the same: the log's own rules lead to the state at its beginning. There the rulesets come
 * into force, and buckets carry over as at any change of rules.
 *
 * <p>A run under the log's own rules says which record decides a request: where it meets a limit of all accounts, that
 * is the one which brings it home. The other runs decide it there, too. So what comes later and names a decision, such
 * as the commit of a reservation, means the same to all.
 *
 * <pre>
 *   record ──▶ own ──▶ decided here? ──▶ base, candidate ──▶ compared
 *                           no: it leaves, or visits an owner ──▶ passed over by both
 * </pre>
 */
public final class WhatIfWork implements PartitionWork<WhatIfPart> {
    /** Under the log's own rules, the base and the candidate. */
    static final int STATES = 3;

    private final int partition;
    private final Rulesets rulesets;
    private final ComparisonCount count;
    private final Side own;
    private final Side base;
    private final Side candidate;
    private final @Nullable Owners owners;

    /**
     * The rulesets of both sides.
     *
     * @param base an activation for the window; null for the log's own rules
     * @param candidate an activation for the window
     */
    public record Rulesets(@Nullable String base, String candidate) {}

    /** The owners of wide buckets that each side asks, the same for all partitions. */
    record Owners(WideOwners base, WideOwners candidate) {
        Owners() {
            this(new WideOwners(), new WideOwners());
        }
    }

    /** Work before the first record. What owners of wide buckets said is what the log has. */
    public WhatIfWork(
            int partition, RunSettings settings, LogRun.StatePlaces places, Rulesets rulesets, WhatIfBounds bounds) {
        this(partition, settings, places, new Terms(rulesets, bounds, /* owners= */ null));
    }

    /**
     * How verdicts are come to.
     *
     * @param owners asked on the spot, of partitions that are run together; null if the log has what they said
     */
    record Terms(
            Rulesets rulesets,
            WhatIfBounds bounds,
            @Nullable Owners owners) {}

    WhatIfWork(int partition, RunSettings settings, LogRun.StatePlaces places, Terms terms) {
        this.partition = partition;
        this.rulesets = terms.rulesets();
        this.owners = terms.owners();
        this.count = new ComparisonCount(terms.bounds());
        boolean isBase = rulesets.base() == null && owners == null;
        this.own = new Side(partition, settings, places.next(), isBase ? count : new ComparisonCount(terms.bounds()));
        this.base = isBase
                ? own
                : new Side(partition, owners == null ? settings : settings.asking(owners.base()), places.next(), count);
        this.candidate = new Side(
                partition, owners == null ? settings : settings.asking(owners.candidate()), places.next(), count);
    }

    /** Each once: the log's own rules may be the base. */
    private Set<Side> sides() {
        Set<Side> sides = new LinkedHashSet<>();
        sides.add(own);
        sides.add(base);
        sides.add(candidate);
        return sides;
    }

    @Override
    public void startUnder(StartRules rules) throws LogException {
        for (Side side : sides()) {
            rules.putInForce(side.run());
        }
    }

    @Override
    public void warmUp(LoggedRecord record) {
        own.feed(record);
        if (base != own) {
            base.feed(record);
        }
        candidate.feed(record);
    }

    @Override
    public void allAreThere() throws LogException {
        // Owners are asked from the first record of any partition on, so all partitions have the rules by then.
        begin();
        if (owners != null) {
            owners.base().begin();
            owners.candidate().begin();
        }
    }

    @Override
    public void windowBegins(LoggedRecord first) throws LogException {
        if (owners == null) {
            begin();
        }
    }

    private void begin() throws LogException {
        own.begin(/* activation= */ null);
        if (base != own) {
            base.begin(rulesets.base());
        }
        candidate.begin(rulesets.candidate());
    }

    @Override
    public void decide(LoggedRecord record) {
        own.feed(record);
        boolean isDecided = candidate.follow(own, record);
        if (base != own) {
            base.follow(own, record);
        }
        String decisionId = partition + "-" + record.offset();
        DecisionRecord recorded = own.taken(decisionId);
        DecisionRecord was = base == own ? recorded : base.taken(decisionId);
        DecisionRecord wouldBe = candidate.taken(decisionId);
        if (!isDecided) {
            return;
        }
        if (recorded instanceof LeaseReportRecord report) {
            count.compare(report, isReturned(was) && !isReturned(wouldBe));
            return;
        }
        RecordedVerdict ownVerdict = verdict(recorded);
        if (ownVerdict == null && own.run().hasArrival()) {
            // It came home too late, and nobody was answered.
            return;
        }
        compare(ownVerdict, verdict(was), verdict(wouldBe));
    }

    private void compare(
            @Nullable RecordedVerdict ownVerdict, @Nullable RecordedVerdict was, @Nullable RecordedVerdict wouldBe) {
        if (was != null && wouldBe != null) {
            count.compare(was, wouldBe);
        } else if (was != null || wouldBe != null) {
            count.oneSided();
        }
        if (owners != null && rulesets.base() == null && ownVerdict != null && was != null) {
            count.compareWithRecorded(ownVerdict, was, own.run().hasArrival());
        }
    }

    private static boolean isReturned(@Nullable DecisionRecord record) {
        return record instanceof LeaseReportRecord report && report.outcome() == LeaseReportRecord.Outcome.RETURNED;
    }

    private static @Nullable RecordedVerdict verdict(@Nullable DecisionRecord record) {
        return record == null ? null : RecordedVerdict.of(record);
    }

    @Override
    public void cleanUp() {
        sides().forEach(side -> side.run().cleanUp());
    }

    @Override
    public boolean hasRules() {
        return base.run().revisionInForce() > 0;
    }

    @Override
    public WhatIfPart result(PartitionFacts facts) {
        if (owners != null) {
            count.forgotten(owners.base().takeForgotten() + owners.candidate().takeForgotten());
        }
        return new WhatIfPart(facts, own.counters(), count.result());
    }

    @Override
    public void close() {
        sides().forEach(Side::close);
    }
}
