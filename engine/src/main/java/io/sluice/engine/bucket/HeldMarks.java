package io.sluice.engine.bucket;

import java.util.ArrayList;
import java.util.List;

/**
 * The tokens of each held charge that are still missing from a token bucket. Only these go back, so no token is given
 * back twice.
 *
 * @param marks one for each charge that is held, oldest first; the moment of a charge begins an interval, which the
 *     next mark ends
 * @param open charges that wait for their verdicts, tracked together; a bucket has one kind or the other
 */
public record HeldMarks(List<Mark> marks, OpenCharges open) {
    /*
     * A charge of c that was not made would have left the bucket fuller by c at first, and by less since: what would
     * have flowed over the brim makes no difference. The difference that is left is the smallest shortfall that the
     * bucket had since the charge, c at the most (Skorokhod's reflection of a queue). So a mark keeps the smallest
     * shortfall of its interval, and a charge is worth the smallest of its own mark and all later ones.
     *
     * Worked example, burst 10, 1 token per second:
     *   t=0   A holds 5     shortfall 5     marks A:5
     *   t=3                 shortfall 2     marks A:2            3 of A's 5 have flowed back already
     *   t=3   B holds 6     shortfall 8     marks A:2 B:8
     *   t=4                 shortfall 7     marks A:2 B:7
     *   t=4   A cancels     shortfall 5     marks     B:5        A gives back 2: B's interval would have seen 7 - 2
     *   t=5   B cancels     shortfall 0                          as if neither had been charged
     *
     * When a charge is given back, the other marks become what they would be had it not been made: in each later
     * interval they fall by what it was worth when that interval's smallest shortfall was met, which is the smallest of
     * its amount and the marks before. A mark of nothing, and all before it, are worth nothing and are dropped.
     */

    /**
     * The most charges that are tracked separately. Further ones share the last mark. They give back at most what has
     * been missing since that mark's charge: perhaps fewer tokens than they took, never more.
     */
    public static final int MARKS_MAX = 64;

    /** No charge of the bucket is held, or none is worth anything. */
    public static final HeldMarks NONE = new HeldMarks(List.of(), OpenCharges.NONE);

    /**
     * The smallest shortfall since a held charge, and before the next mark.
     *
     * @param slotId identifies the charge; grows from mark to mark
     */
    public record Mark(long slotId, long lowTokens, long lowParts) {
        public Mark {
            Bounds.within("lowTokens", lowTokens, 1, TokenState.USED_TOKENS_MAX);
            Bounds.within("lowParts", lowParts, 0, Rate.PERIOD_MILLIS_MAX - 1);
        }

        Shortfall low() {
            return new Shortfall(lowTokens, lowParts);
        }
    }

    public HeldMarks {
        marks = List.copyOf(marks);
        Bounds.within("marks", marks.size(), 0, open.isNone() ? MARKS_MAX : 0);
    }

    /** Charges that are tracked separately. */
    public HeldMarks(List<Mark> marks) {
        this(marks, OpenCharges.NONE);
    }

    /** Charges that are tracked together. */
    public HeldMarks(OpenCharges open) {
        this(List.of(), open);
    }

    public boolean isEmpty() {
        return marks.isEmpty() && open.isNone();
    }

    /** The same after the bucket has filled up to this shortfall, which is not none. */
    HeldMarks filledTo(Shortfall shortfall) {
        if (marks.isEmpty()) {
            return open.isNone() ? this : new HeldMarks(open.filledTo(shortfall));
        }
        int last = marks.size() - 1;
        Shortfall low = marks.get(last).low().min(shortfall);
        if (low.equals(marks.get(last).low())) {
            return this;
        }
        List<Mark> next = new ArrayList<>(marks);
        next.set(last, new Mark(marks.get(last).slotId(), low.tokens(), low.parts()));
        return new HeldMarks(next);
    }

    /** The same with one more charge, which has left this shortfall. */
    HeldMarks held(long slotId, Shortfall shortfall) {
        if (marks.size() == MARKS_MAX || shortfall.isNone()) {
            return this;
        }
        List<Mark> next = new ArrayList<>(marks);
        next.add(new Mark(slotId, shortfall.tokens(), shortfall.parts()));
        return new HeldMarks(next);
    }

    /** What a charge of that many tokens is still worth. */
    Shortfall worth(long slotId, long tokens) {
        int own = indexOf(slotId);
        Shortfall worth = own < 0 ? Shortfall.NONE : Shortfall.ofTokens(tokens);
        for (int i = Math.max(0, own); i < marks.size(); i++) {
            worth = worth.min(marks.get(i).low());
        }
        return worth;
    }

    /** The same as if that many tokens of a charge had not been taken; the charge is held no longer. */
    HeldMarks ended(long slotId, long tokens, long partsPerToken) {
        int own = indexOf(slotId);
        if (own < 0) {
            return this;
        }
        Shortfall[] lows = new Shortfall[marks.size()];
        Shortfall worth = Shortfall.ofTokens(tokens);
        for (int i = 0; i < lows.length; i++) {
            Shortfall low = marks.get(i).low();
            lows[i] = i < own ? low : low.minus(worth.min(low), partsPerToken);
            worth = i < own ? worth : worth.min(low);
        }
        boolean closes = marks.get(own).slotId() == slotId;
        if (closes && own > 0) {
            lows[own - 1] = lows[own - 1].min(lows[own]);
        }
        List<Mark> next = new ArrayList<>(lows.length);
        for (int i = 0; i < lows.length; i++) {
            if (lows[i].isNone()) {
                next.clear();
            } else if (!closes || i != own) {
                next.add(new Mark(marks.get(i).slotId(), lows[i].tokens(), lows[i].parts()));
            }
        }
        return new HeldMarks(next);
    }

    /** The same for a bucket whose limit, and so the size of a part, has changed: rounded against the charges. */
    HeldMarks carriedTo(Shortfall shortfall) {
        if (!open.isNone()) {
            return new HeldMarks(open.carriedTo(shortfall));
        }
        List<Mark> next = new ArrayList<>(marks.size());
        for (Mark mark : marks) {
            Shortfall low = mark.low().roundedDown().min(shortfall.roundedDown());
            if (low.isNone()) {
                next.clear();
            } else {
                next.add(new Mark(mark.slotId(), low.tokens(), low.parts()));
            }
        }
        return new HeldMarks(next);
    }

    /** The index of the charge's own mark, or of the one that it shares; below 0 if it is worth nothing any more. */
    private int indexOf(long slotId) {
        int index = marks.size() - 1;
        while (index >= 0 && marks.get(index).slotId() > slotId) {
            index--;
        }
        return index;
    }
}
