package io.sluice.engine.credit;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** The credits of one bucket at one moment, in the order in which they are used. Immutable. */
public final class BucketCredits {
    /** Of a bucket without any. */
    public static final BucketCredits NONE = new BucketCredits(List.of(), UsedCredits.NONE, 0, 0);

    /** Credits that have not ended; some may not have begun. */
    private final List<Credit> credits;

    private final UsedCredits used;
    private final long nowMillis;
    /** Tokens that were charged since, which {@link #used} does not contain. */
    private final long charged;

    private final long first;
    private final long last;
    private final boolean isOpen;

    private BucketCredits(List<Credit> credits, UsedCredits used, long nowMillis, long charged) {
        this.charged = charged;
        this.credits = credits;
        this.used = used;
        this.nowMillis = nowMillis;
        long firstLeft = 0;
        long lastLeft = 0;
        boolean open = false;
        for (Credit credit : credits) {
            if (credit.isOpen(nowMillis)) {
                open = true;
                firstLeft += credit.first() ? used.left(credit) : 0;
                lastLeft += credit.first() ? 0 : used.left(credit);
            }
        }
        this.first = firstLeft;
        this.last = lastLeft;
        this.isOpen = open;
    }

    /** Those of all credits of an account that are of this bucket. */
    public static BucketCredits of(
            List<Credit> credits, UsedCredits used, String limitId, String scopeValue, long nowMillis) {
        List<Credit> own = new ArrayList<>();
        for (Credit credit : credits) {
            if (credit.isOf(limitId, scopeValue) && !credit.isOver(nowMillis)) {
                own.add(credit);
            }
        }
        if (own.isEmpty()) {
            return NONE;
        }
        own.sort(Credit.ORDER_OF_USE);
        return new BucketCredits(own, used, nowMillis, 0);
    }

    /** The same at another moment, if nothing is charged until then. */
    public BucketCredits at(long atMillis) {
        List<Credit> then =
                credits.stream().filter(credit -> !credit.isOver(atMillis)).toList();
        return then.isEmpty() ? NONE : new BucketCredits(then, used, atMillis, 0);
    }

    /** Whether there are none, now or later. */
    public boolean isNone() {
        return credits.isEmpty();
    }

    /** Whether one counts now, used up or not. */
    public boolean isOpen() {
        return isOpen;
    }

    public long nowMillis() {
        return nowMillis;
    }

    /** Tokens left that are used before the limit's own. */
    public long first() {
        return first;
    }

    /** Tokens left that are used after the limit's own. */
    public long last() {
        return last;
    }

    /** Tokens left. */
    public long left() {
        return first + last - charged;
    }

    /**
     * The same after this many tokens were taken from them (below 0: given back). Only for reports: nothing is
     * charged.
     */
    public BucketCredits after(long tokens) {
        return isNone() ? this : new BucketCredits(credits, used, nowMillis, tokens);
    }

    /** Tokens that were taken from them, or below 0 given back. */
    public long charged() {
        return charged;
    }

    /** Milliseconds until a credit with tokens begins; {@link Long#MAX_VALUE} if none does. */
    public long beginsAfterMillis() {
        long beginsMillis = Long.MAX_VALUE;
        for (Credit credit : credits) {
            boolean begins = credit.fromMillis() > nowMillis && used.left(credit) > 0;
            beginsMillis = begins ? Math.min(beginsMillis, credit.fromMillis() - nowMillis) : beginsMillis;
        }
        return beginsMillis;
    }

    /** The moments to come at which one begins or ends, in their order. */
    public List<Long> changesMillis() {
        SortedSet<Long> changes = new TreeSet<>();
        for (Credit credit : credits) {
            if (credit.fromMillis() > nowMillis) {
                changes.add(credit.fromMillis());
            }
            if (credit.untilMillis() != Credit.FOR_EVER) {
                changes.add(credit.untilMillis());
            }
        }
        return List.copyOf(changes);
    }

    /**
     * The parts of an admission's cost that credits pay: some come before the bucket, the others after it.
     *
     * @param first from credits before the limit's own tokens
     * @param last from credits after them
     */
    public record Share(long first, long last) {
        public static final Share NONE = new Share(0, 0);

        public long tokens() {
            return first + last;
        }
    }

    /**
     * What credits pay of a cost.
     *
     * @param free tokens of the bucket that the admission may take
     */
    public Share share(long cost, long free) {
        if (left() == 0 || cost == 0) {
            return Share.NONE;
        }
        long before = Math.min(cost, first);
        long missing = cost - before - Math.min(cost - before, free);
        return new Share(before, Math.min(last, missing));
    }

    /** The charges of a share, in the order of use. */
    public List<CreditCharge> taken(Share share) {
        if (share.tokens() == 0) {
            return List.of();
        }
        List<CreditCharge> charges = new ArrayList<>();
        long firstLeft = share.first();
        long lastLeft = share.last();
        for (Credit credit : credits) {
            long wanted = credit.first() ? firstLeft : lastLeft;
            long tokens = credit.isOpen(nowMillis) ? Math.min(wanted, used.left(credit)) : 0;
            firstLeft -= credit.first() ? tokens : 0;
            lastLeft -= credit.first() ? 0 : tokens;
            if (tokens > 0) {
                charges.add(new CreditCharge(credit.version(), tokens, credit.first()));
            }
        }
        return charges;
    }

    /** Tokens given back to credits of one kind, at most those that are used: in the opposite order of use. */
    public List<CreditCharge> givenBack(long tokens, boolean toFirst) {
        List<CreditCharge> charges = new ArrayList<>();
        long left = tokens;
        for (int i = credits.size() - 1; i >= 0 && left > 0; i--) {
            Credit credit = credits.get(i);
            boolean takes = credit.first() == toFirst && credit.isOpen(nowMillis);
            long back = takes ? Math.min(left, credit.tokens() - used.left(credit)) : 0;
            left -= back;
            if (back > 0) {
                charges.add(new CreditCharge(credit.version(), -back, toFirst));
            }
        }
        return charges;
    }
}
