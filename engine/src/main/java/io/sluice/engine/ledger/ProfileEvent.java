package io.sluice.engine.ledger;

import io.sluice.engine.ledger.AdmissionResult.BucketChange;
import io.sluice.engine.penalty.AccountPenalties;
import io.sluice.engine.penalty.PenaltyEntry;
import io.sluice.engine.profile.AccountProfile;
import io.sluice.engine.profile.ProfileCommand;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of one account that was accepted: its entry in the audit trail, and what {@link Ledger#apply(ProfileEvent)}
 * writes.
 *
 * @param atMillis the partition's time
 * @param granted tokens that were granted back: as many as requested, as far as they were in use
 * @param buckets the buckets that this writes
 * @param penalties what penalties remember from then on; null if that stays
 * @param lifted the penalty that was lifted, as it was; null for none. Such a change makes no version of the profile
 */
public record ProfileEvent(
        ProfileCommand command,
        long atMillis,
        AccountProfile before,
        AccountProfile after,
        long granted,
        List<BucketChange> buckets,
        @Nullable AccountPenalties penalties,
        @Nullable PenaltyEntry lifted) {
    /** A change that leaves penalties alone. */
    public ProfileEvent(
            ProfileCommand command,
            long atMillis,
            AccountProfile before,
            AccountProfile after,
            long granted,
            List<BucketChange> buckets) {
        this(command, atMillis, before, after, granted, buckets, null, null);
    }

    public ProfileEvent {
        buckets = List.copyOf(buckets);
    }
}
