package io.sluice.engine.profile;

import io.sluice.engine.ruleset.AccessLists.Access;
import io.sluice.engine.ruleset.AccessLists.Listing;
import io.sluice.engine.ruleset.AccessLists.OfAccount;
import org.jspecify.annotations.Nullable;

/**
 * Lets an account through, or keeps it out, whatever its limits say.
 *
 * @param untilMillis the partition's time from which on this no longer counts; {@link Listing#FOR_EVER} for ever
 * @param message the message to callers; may be empty
 */
public record ProfileListing(Access access, long untilMillis, String message) {
    /** The list that verdicts name; no list of a document can have this name. */
    public static final String LIST_ID = "@profile";

    /**
     * The entry that answers an account's admissions: a deny comes before an allow, the document before the profile.
     */
    static @Nullable Listing first(
            @Nullable Listing ofDocument, @Nullable ProfileListing own, String account, long nowMillis) {
        if (own == null || own.untilMillis <= nowMillis) {
            return ofDocument;
        }
        boolean documentFirst =
                ofDocument != null && (ofDocument.access() == Access.DENY || own.access == Access.ALLOW);
        return documentFirst
                ? ofDocument
                : new Listing(LIST_ID, own.access, new OfAccount(account), own.untilMillis, own.message);
    }
}
