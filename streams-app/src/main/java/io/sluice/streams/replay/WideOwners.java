package io.sluice.streams.replay;

import io.sluice.streams.admission.OwnersAtHand;

/**
 * The owners of wide buckets of one run, which are asked anew: the same for all its partitions, which are run by one
 * thread.
 */
public final class WideOwners {
    private final OwnersAtHand atHand = new OwnersAtHand();

    /** From now on owners are asked anew; until then, what they say is what the log has. */
    public void begin() {
        atHand.begin();
    }

    /** Requests since the last call that asked anew once they were home, since too many others were on their way. */
    public long takeForgotten() {
        return atHand.takeForgotten();
    }

    OwnersAtHand atHand() {
        return atHand;
    }
}
