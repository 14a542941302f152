package io.sluice.cli.simulation;

import io.sluice.engine.bucket.BucketState;
import io.sluice.engine.bucket.TokenState;
import io.sluice.engine.credit.UsedCredits;
import io.sluice.engine.penalty.AccountPenalties;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.ruleset.Scope;
import io.sluice.engine.state.BucketKey;
import io.sluice.engine.state.HoldEntry;
import io.sluice.engine.state.HoldKey;
import io.sluice.engine.state.IdempotencyRecord;
import io.sluice.engine.state.IdempotencyRecordKey;
import io.sluice.engine.state.LedgerStore;
import io.sluice.engine.state.LogPosition;
import io.sluice.engine.state.PartitionClock;
import io.sluice.engine.state.StoredBucket;
import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.AccountCommandCodec;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.codec.ClockMarkCodec;
import io.sluice.schemas.codec.DecodedRequest;
import io.sluice.schemas.codec.PartitionMessageCodec;
import io.sluice.schemas.codec.RequestCodec;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.ControlRecord;
import io.sluice.schemas.request.LeaseReport;
import io.sluice.schemas.request.LeaseReports;
import io.sluice.schemas.request.Request;
import io.sluice.schemas.wide.PartitionMessage;
import io.sluice.schemas.wide.TravellingRequest;
import io.sluice.schemas.wide.VoucherEnds;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A {@link Defect} at work in one task: what the ledger sees, and what the processor is given. */
final class TaskDefect {
    /** So many records are decided once more. */
    private static final long FORGOTTEN_RECORDS = 10;

    private final Defect defect;
    private final Set<BucketKey> read = new HashSet<>();
    private @Nullable ConsumerRecord<byte[], byte[]> held;
    private long lastOffset = -1;
    private long lastStampMillis;
    private @Nullable Request current;
    private int bucketsOfRecord;
    private long revision;
    private long nowMillis;

    TaskDefect(Defect defect) {
        this.defect = defect;
    }

    boolean keepsAbortedState() {
        return defect == Defect.STATE_SURVIVES_ABORT;
    }

    boolean forgetsMessages() {
        return defect == Defect.FORGETS_MESSAGES;
    }

    boolean isStandbyBehind() {
        return defect == Defect.STANDBY_BEHIND;
    }

    /** Whether the processor may be at another offset than the record that it was given. */
    boolean isDelaying() {
        return defect == Defect.RULES_ONE_RECORD_LATE;
    }

    /** The task starts, with cold caches. */
    void started() {
        read.clear();
        held = null;
        lastOffset = -1;
    }

    /** A record that was held back, and comes before this one; null if there is none. */
    @Nullable ConsumerRecord<byte[], byte[]> lateBefore(ConsumerRecord<byte[], byte[]> record) {
        ConsumerRecord<byte[], byte[]> late = held;
        if (late == null || lastOffset < 0 || record.offset() <= lastOffset + 1) {
            return null;
        }
        held = null;
        return copy(late, lastOffset + 1, lastStampMillis);
    }

    /** The record that the processor is given; null for none. */
    @Nullable ConsumerRecord<byte[], byte[]> taken(ConsumerRecord<byte[], byte[]> record, long ownMillis) {
        if (defect == Defect.NONE) {
            return record;
        }
        bucketsOfRecord = 0;
        current = RequestCodec.decode(record.key(), record.value()) instanceof DecodedRequest.WellFormed wellFormed
                ? wellFormed.record().request()
                : null;
        boolean activates = current instanceof ControlRecord control && activates(control);
        if (defect == Defect.RULES_ONE_RECORD_LATE && activates && revision > 1) {
            held = record;
            return null;
        }
        lastOffset = record.offset();
        lastStampMillis = record.timestamp();
        return defect == Defect.OWN_CLOCK ? copy(record, record.offset(), ownMillis) : record;
    }

    private boolean activates(ControlRecord control) {
        if (AccountCommandCodec.isOne(control.payload()) || ClockMarkCodec.isOne(control.payload())) {
            return false;
        }
        try {
            revision =
                    Math.max(revision, ActivationCodec.decode(control.payload()).revision());
            return true;
        } catch (WireException e) {
            return false;
        }
    }

    private static ConsumerRecord<byte[], byte[]> copy(
            ConsumerRecord<byte[], byte[]> record, long offset, long stampMillis) {
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                offset,
                stampMillis,
                record.timestampType(),
                record.serializedKeySize(),
                record.serializedValueSize(),
                record.key(),
                record.value(),
                record.headers(),
                Optional.empty());
    }

    LedgerStore view(LedgerStore real) {
        return switch (defect) {
            case CHARGES_REDELIVERED, TIME_GOES_BACK, FORGETS_KEY_EARLY -> new Positions(real);
            case ROUNDS_REFILL_UP, COLD_CACHE_IS_FULL, NO_CARRY_OVER -> new BucketReads(real);
            case RETURNS_LEASE_TWICE, RETURNS_WIDE_LEASE_TWICE, LENDS_UNPAID, HALF_OF_BATCH -> new BucketWrites(real);
            case SETTLES_TWICE, FORGETS_WIDE_LEASE, IGNORES_LISTING, FORGETS_PENALTIES, FORGETS_CREDITS ->
                new Accounts(real);
            default -> real;
        };
    }

    private final class Positions extends LedgerStoreView {
        Positions(LedgerStore real) {
            super(real);
        }

        @Override
        public LogPosition position() {
            LogPosition position = real.position();
            PartitionClock clock = position.clock();
            nowMillis = clock.millis();
            if (defect == Defect.CHARGES_REDELIVERED) {
                return new LogPosition(Math.max(LogPosition.NO_OFFSET, position.offset() - FORGOTTEN_RECORDS), clock);
            }
            return defect == Defect.TIME_GOES_BACK && clock.aheadMillis() > 0
                    ? new LogPosition(position.offset(), PartitionClock.at(clock.stampMillis()))
                    : position;
        }

        @Override
        public void putPosition(LogPosition position) {
            nowMillis = position.clock().millis();
            real.putPosition(position);
        }

        @Override
        public @Nullable IdempotencyRecord idempotencyRecord(IdempotencyRecordKey key) {
            IdempotencyRecord record = real.idempotencyRecord(key);
            boolean forgets = defect == Defect.FORGETS_KEY_EARLY;
            return forgets && record != null && record.isExpired(nowMillis + 1) ? null : record;
        }
    }

    private final class BucketReads extends LedgerStoreView {
        BucketReads(LedgerStore real) {
            super(real);
        }

        @Override
        public @Nullable StoredBucket bucket(BucketKey key) {
            StoredBucket bucket = real.bucket(key);
            boolean isCold = read.add(key);
            if (bucket == null || (defect == Defect.COLD_CACHE_IS_FULL && isCold)) {
                return null;
            }
            if (defect == Defect.NO_CARRY_OVER && bucket.revision() < revision) {
                return new StoredBucket(revision, bucket.settingsVersion(), bucket.state(), bucket.marks());
            }
            boolean isBegun = bucket.state() instanceof TokenState tokens && tokens.refilledParts() > 0;
            return defect == Defect.ROUNDS_REFILL_UP && isBegun
                    ? with(bucket, bucket.state().usedTokens() - 1, 0)
                    : bucket;
        }
    }

    private static StoredBucket with(StoredBucket bucket, long usedTokens, long refilledParts) {
        TokenState state = (TokenState) bucket.state();
        TokenState changed = new TokenState(
                state.atMillis(), usedTokens, usedTokens == 0 ? 0 : refilledParts, state.advance(), state.held());
        return new StoredBucket(bucket.revision(), bucket.settingsVersion(), changed, bucket.marks());
    }

    private final class BucketWrites extends LedgerStoreView {
        BucketWrites(LedgerStore real) {
            super(real);
        }

        @Override
        public void putBucket(BucketKey key, StoredBucket bucket) {
            if (defect == Defect.HALF_OF_BATCH && current instanceof BatchRequest) {
                bucketsOfRecord++;
                if (bucketsOfRecord > 1) {
                    return;
                }
            }
            StoredBucket broken = switch (defect) {
                case RETURNS_LEASE_TWICE ->
                    current instanceof LeaseReport || current instanceof LeaseReports
                            ? returnedTwice(key, bucket)
                            : bucket;
                case RETURNS_WIDE_LEASE_TWICE -> endsLease() ? returnedTwice(key, bucket) : bucket;
                case LENDS_UNPAID -> lends(key) ? unpaid(bucket) : bucket;
                default -> bucket;
            };
            real.putBucket(key, broken);
        }

        /** Only a lease gives back a part of what a bucket was charged for it. */
        private boolean endsLease() {
            return message() instanceof VoucherEnds ends
                    && ends.ends().stream()
                            .anyMatch(end -> end.returned() > 0
                                    && end.returned() < end.voucher().tokens());
        }

        private boolean lends(BucketKey key) {
            return key.account().equals(Scope.WIDE_ACCOUNT)
                    && message() instanceof TravellingRequest request
                    && request.wish() > 0;
        }

        private StoredBucket unpaid(StoredBucket bucket) {
            return bucket.state() instanceof TokenState tokens && tokens.usedTokens() > 1
                    ? with(bucket, tokens.usedTokens() - 1, tokens.refilledParts())
                    : bucket;
        }

        private @Nullable PartitionMessage message() {
            try {
                return current instanceof ControlRecord control && PartitionMessageCodec.isOne(control.payload())
                        ? PartitionMessageCodec.decode(control.payload())
                        : null;
            } catch (WireException e) {
                return null;
            }
        }

        private StoredBucket returnedTwice(BucketKey key, StoredBucket bucket) {
            StoredBucket before = real.bucket(key);
            BucketState state = bucket.state();
            if (before == null || !(state instanceof TokenState tokens)) {
                return bucket;
            }
            long returned = Math.max(0, before.state().usedTokens() - state.usedTokens());
            return with(bucket, Math.max(0, state.usedTokens() - returned), tokens.refilledParts());
        }
    }

    private final class Accounts extends LedgerStoreView {
        Accounts(LedgerStore real) {
            super(real);
        }

        @Override
        public void openHold(HoldKey key, HoldEntry.Open hold) {
            real.openHold(
                    key,
                    defect != Defect.FORGETS_WIDE_LEASE
                            ? hold
                            : new HoldEntry.Open(
                                    hold.clientId(),
                                    hold.cost(),
                                    hold.atMillis(),
                                    hold.expiresAtMillis(),
                                    hold.revision(),
                                    hold.settingsVersion(),
                                    hold.buckets()));
        }

        @Override
        public void closeHold(HoldKey key, HoldEntry.Open hold, HoldEntry.@Nullable Settled settled) {
            if (defect != Defect.SETTLES_TWICE || settled == null) {
                real.closeHold(key, hold, settled);
            }
        }

        @Override
        public AccountPenalties penalties(String account) {
            boolean forgets = defect == Defect.FORGETS_PENALTIES
                    && real.position().clock().millis() % 3 == 0;
            return forgets ? AccountPenalties.NONE : real.penalties(account);
        }

        @Override
        public UsedCredits usedCredits(String account) {
            boolean forgets =
                    defect == Defect.FORGETS_CREDITS && real.position().clock().millis() % 3 == 0;
            return forgets ? UsedCredits.NONE : real.usedCredits(account);
        }

        @Override
        public AccountProfile profile(String account) {
            AccountProfile profile = real.profile(account);
            return defect == Defect.IGNORES_LISTING
                    ? new AccountProfile(
                            profile.version(),
                            profile.settings(),
                            null,
                            profile.history(),
                            profile.horizon(),
                            profile.forgottenVersion(),
                            profile.last(),
                            profile.credits())
                    : profile;
        }
    }
}
