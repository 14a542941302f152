package io.sluice.replay.suggest;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.replay.run.LogRun;
import io.sluice.replay.run.PartitionFacts;
import io.sluice.replay.run.PartitionWork;
import io.sluice.replay.run.StartRules;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecisionCodec;
import io.sluice.schemas.reply.BatchDecision;
import io.sluice.schemas.reply.Decision;
import io.sluice.schemas.reply.DecisionRecord;
import io.sluice.schemas.reply.LeaseReportRecord;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.streams.replay.PartitionRun;
import io.sluice.streams.replay.RunOutputs;
import io.sluice.streams.replay.RunSettings;
import io.sluice.streams.replay.WideOwners;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides the records of one partition under several factors at once, and counts what one limit refuses.
 *
 * <p>A run under the log's own rules says which record decides a request, as in a comparison of rules.
 */
public final class RefusalWork implements PartitionWork<RefusalWork.Part> {
    /** Accounts of a tier that are told apart; requests of more are counted still. */
    static final int ACCOUNTS_MAX = 1_000_000;

    private final String limitId;
    private final List<String> activations;
    private final PartitionRun own;
    private final List<Side> sides = new ArrayList<>();
    private final @Nullable List<WideOwners> owners;

    /**
     * What the limit refuses, by tier, for each factor in their order.
     *
     * @param facts what the log was like
     * @param uncounted requests in batches, and those that front ends answered out of leases: they are in no figure
     */
    public record Part(PartitionFacts facts, List<Map<String, Refusals>> byFactor, long uncounted) {}

    /**
     * What is counted.
     *
     * @param activations one for each factor
     * @param owners of wide buckets that each factor asks, the same for all partitions, which are run together then;
     *     null if no limit is wide
     */
    public record Terms(
            String limitId,
            List<String> activations,
            @Nullable List<WideOwners> owners) {
        public Terms {
            activations = List.copyOf(activations);
            owners = owners == null ? null : List.copyOf(owners);
        }
    }

    /** Work before the first record; one run for each activation. */
    public RefusalWork(int partition, RunSettings settings, LogRun.StatePlaces places, Terms terms) {
        this.limitId = terms.limitId();
        this.activations = terms.activations();
        this.owners = terms.owners();
        this.own = new PartitionRun(partition, settings, places.next(), new SimpleMeterRegistry(), value -> {});
        for (int i = 0; i < activations.size(); i++) {
            sides.add(new Side(partition, owners == null ? settings : settings.asking(owners.get(i)), places.next()));
        }
    }

    private static final class Count {
        private final Set<String> accounts = new HashSet<>();
        private final Set<String> refusedAccounts = new HashSet<>();
        private long requests;
        private long refusedRequests;

        void take(String account, boolean refused) {
            requests++;
            if (accounts.size() < ACCOUNTS_MAX) {
                accounts.add(account);
            }
            if (refused) {
                refusedRequests++;
                if (refusedAccounts.size() < ACCOUNTS_MAX) {
                    refusedAccounts.add(account);
                }
            }
        }

        Refusals refusals() {
            return new Refusals(accounts.size(), refusedAccounts.size(), requests, refusedRequests);
        }
    }

    private final class Side implements RunOutputs {
        private final PartitionRun run;
        private final Map<String, Count> byTier = new HashMap<>();
        private boolean isInWindow;
        private long uncounted;

        Side(int partition, RunSettings settings, PartitionRun.Place place) {
            this.run = new PartitionRun(partition, settings, place, new SimpleMeterRegistry(), this);
        }

        @Override
        public void decision(byte[] value) {
            if (!isInWindow) {
                return;
            }
            try {
                DecisionRecord record = DecisionCodec.read(value);
                if (record instanceof Decision decision) {
                    take(decision);
                } else if (record instanceof BatchDecision batch) {
                    uncounted += batch.request().checks().size();
                } else if (record instanceof LeaseReportRecord report) {
                    uncounted += report.allowed() + report.denied();
                }
            } catch (WireException e) {
                throw new IllegalStateException("a decision that was just encoded cannot be read", e);
            }
        }

        private void take(Decision decision) {
            for (LimitStatus limit : decision.details().limits()) {
                if (limit.id().equals(limitId)) {
                    byTier.computeIfAbsent(decision.details().tier(), tier -> new Count())
                            .take(decision.request().clientId().account(), limit.refused());
                }
            }
        }
    }

    @Override
    public void startUnder(StartRules rules) throws LogException {
        rules.putInForce(own);
        for (Side side : sides) {
            rules.putInForce(side.run);
        }
    }

    @Override
    public void warmUp(LoggedRecord record) {
        own.feed(record.offset(), record.timestampMillis(), record.key(), record.value());
        for (Side side : sides) {
            side.run.feed(record.offset(), record.timestampMillis(), record.key(), record.value());
        }
    }

    @Override
    public void allAreThere() throws LogException {
        begin();
        if (owners != null) {
            owners.forEach(WideOwners::begin);
        }
    }

    @Override
    public void windowBegins(LoggedRecord first) throws LogException {
        if (owners == null) {
            begin();
        }
    }

    private void begin() throws LogException {
        for (int i = 0; i < sides.size(); i++) {
            try {
                sides.get(i).run.activate(activations.get(i));
                sides.get(i).isInWindow = true;
            } catch (WireException e) {
                throw new LogException("rules: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public void decide(LoggedRecord record) {
        own.feed(record.offset(), record.timestampMillis(), record.key(), record.value());
        for (Side side : sides) {
            side.run.follow(own, record.offset(), record.timestampMillis(), record.key(), record.value());
        }
    }

    @Override
    public void cleanUp() {
        own.cleanUp();
        sides.forEach(side -> side.run.cleanUp());
    }

    @Override
    public boolean hasRules() {
        return own.revisionInForce() > 0;
    }

    @Override
    public Part result(PartitionFacts facts) {
        List<Map<String, Refusals>> byFactor = new ArrayList<>();
        for (Side side : sides) {
            Map<String, Refusals> byTier = new HashMap<>();
            side.byTier.forEach((tier, count) -> byTier.put(tier, count.refusals()));
            byFactor.add(byTier);
        }
        return new Part(facts, byFactor, sides.get(0).uncounted);
    }

    @Override
    public void close() {
        own.close();
        sides.forEach(side -> side.run.close());
    }
}
