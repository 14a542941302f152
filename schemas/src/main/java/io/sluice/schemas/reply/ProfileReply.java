package io.sluice.schemas.reply;

import io.sluice.schemas.account.Profile;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The result of a command to change an account, or of a query for its profile. */
public record ProfileReply(String correlationId, Outcome outcome) implements Reply {

    /** The result. */
    public sealed interface Outcome {}

    /**
     * The profile as it stands.
     *
     * @param tier the tier that applies to the account
     * @param decidedAtMillis the partition's time
     * @param rulesetRevision in force in the account's partition
     * @param changed whether this command has just changed it
     * @param granted tokens that were given back: as many as the command grants, at most those in use
     * @param creditsLeft tokens left of each credit whose time is not over, by its name
     */
    public record Shown(
            Profile profile,
            String tier,
            long decidedAtMillis,
            long rulesetRevision,
            boolean changed,
            long granted,
            Map<String, Long> creditsLeft)
            implements Outcome {
        public Shown {
            creditsLeft = Collections.unmodifiableMap(new LinkedHashMap<>(creditsLeft));
        }

        /** A profile without credits. */
        public Shown(
                Profile profile,
                String tier,
                long decidedAtMillis,
                long rulesetRevision,
                boolean changed,
                long granted) {
            this(profile, tier, decidedAtMillis, rulesetRevision, changed, granted, Map.of());
        }
    }

    /** Nothing changed. */
    public record Refused(RulesReply.Refused refusal) implements Outcome {}
}
