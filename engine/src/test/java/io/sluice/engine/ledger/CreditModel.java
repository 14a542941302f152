package io.sluice.engine.ledger;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Credits on top of one fixed window, from their definition: token by token, each from the first source that has one.
 * Slow, and without anything of the engine.
 */
final class CreditModel {
    /** One credit; what is left of it changes. */
    static final class Source {
        final String id;
        final boolean first;
        final long tokens;
        final long fromMillis;
        final long untilMillis;
        final long order;
        long left;

        Source(String id, boolean first, long tokens, long fromMillis, long untilMillis, long order) {
            this.id = id;
            this.first = first;
            this.tokens = tokens;
            this.fromMillis = fromMillis;
            this.untilMillis = untilMillis;
            this.order = order;
            this.left = tokens;
        }

        private Source(Source other) {
            this(other.id, other.first, other.tokens, other.fromMillis, other.untilMillis, other.order);
            this.left = other.left;
        }

        boolean isOpen(long nowMillis) {
            return fromMillis <= nowMillis && nowMillis < untilMillis;
        }
    }

    /** Tokens of an admission, each with the source that paid it; the window itself is null. */
    record Taken(long atMillis, List<Source> sources) {}

    final List<Source> credits = new ArrayList<>();
    private final long limit;
    private final long overdraft;
    private final long windowMillis;
    private long used;
    private long window;

    CreditModel(long limit, long overdraft, long windowMillis) {
        this.limit = limit;
        this.overdraft = overdraft;
        this.windowMillis = windowMillis;
    }

    CreditModel copy() {
        CreditModel copy = new CreditModel(limit, overdraft, windowMillis);
        credits.forEach(credit -> copy.credits.add(new Source(credit)));
        copy.used = used;
        copy.window = window;
        return copy;
    }

    private void goTo(long nowMillis) {
        if (nowMillis / windowMillis != window) {
            window = nowMillis / windowMillis;
            used = 0;
        }
    }

    private List<Source> open(boolean first, long nowMillis) {
        return credits.stream()
                .filter(credit -> credit.first == first && credit.isOpen(nowMillis))
                .sorted(Comparator.<Source>comparingLong(credit -> credit.untilMillis)
                        .thenComparingLong(credit -> credit.order))
                .toList();
    }

    /** Takes one token; returns whether there was one. */
    private boolean takeOne(long nowMillis, boolean done, List<Source> taken) {
        for (Source credit : open(true, nowMillis)) {
            if (credit.left > 0) {
                credit.left--;
                return taken.add(credit);
            }
        }
        if (used < limit) {
            used++;
            return taken.add(null);
        }
        for (Source credit : open(false, nowMillis)) {
            if (credit.left > 0) {
                credit.left--;
                return taken.add(credit);
            }
        }
        if (done && used < limit + overdraft) {
            used++;
            return taken.add(null);
        }
        return false;
    }

    /** All of the cost, or nothing and null. */
    Taken check(long nowMillis, long cost) {
        goTo(nowMillis);
        Taken taken = new Taken(nowMillis, new ArrayList<>());
        for (long i = 0; i < cost; i++) {
            if (!takeOne(nowMillis, /* done= */ false, taken.sources())) {
                giveBack(taken, cost, nowMillis);
                return null;
            }
        }
        return taken;
    }

    /** As much of the cost as there is. */
    long charge(long nowMillis, long cost) {
        goTo(nowMillis);
        List<Source> taken = new ArrayList<>();
        for (long i = 0; i < cost && takeOne(nowMillis, /* done= */ true, taken); i++) {}
        return taken.size();
    }

    /** Gives back the tokens that were used last. */
    void giveBack(Taken taken, long tokens, long nowMillis) {
        goTo(nowMillis);
        for (long i = 0; i < tokens && !taken.sources().isEmpty(); i++) {
            Source source = taken.sources().remove(taken.sources().size() - 1);
            if (source != null) {
                // A refund may have given the token back already.
                boolean takes = credits.contains(source) && nowMillis < source.untilMillis;
                source.left += takes && source.left < source.tokens ? 1 : 0;
            } else if (taken.atMillis() / windowMillis == window) {
                used = Math.max(0, used - 1);
            }
        }
    }

    /** Gives tokens back, whoever took them. */
    long refund(long nowMillis, long tokens) {
        goTo(nowMillis);
        long given = 0;
        for (long i = 0; i < tokens && refundOne(nowMillis); i++) {
            given++;
        }
        return given;
    }

    private boolean refundOne(long nowMillis) {
        for (boolean first : new boolean[] {false, true}) {
            if (first && used > 0) {
                used--;
                return true;
            }
            List<Source> sources = open(first, nowMillis);
            for (int i = sources.size() - 1; i >= 0; i--) {
                if (sources.get(i).left < sources.get(i).tokens) {
                    sources.get(i).left++;
                    return true;
                }
            }
        }
        return false;
    }

    long remaining(long nowMillis) {
        goTo(nowMillis);
        return Math.max(0, limit - used) + creditRemaining(nowMillis);
    }

    long creditRemaining(long nowMillis) {
        return credits.stream()
                .filter(credit -> credit.isOpen(nowMillis))
                .flatMapToLong(credit -> LongStream.of(credit.left))
                .sum();
    }

    /** The first wait after which the cost is admitted, by trying every one; -1 if none up to the horizon. */
    long retryAfterMillis(long nowMillis, long cost, long horizonMillis) {
        for (long wait = 0; wait <= horizonMillis; wait++) {
            if (copy().check(nowMillis + wait, cost) != null) {
                return wait;
            }
        }
        return -1;
    }
}
