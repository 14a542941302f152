package io.sluice.testkit.algorithm;

import java.util.TreeMap;

/** A fixed window from its definition: each charge belongs to one window, and counts until its end. */
public final class FixedWindowModel extends ChargesModel {
    /** A half-open span of time. */
    public record Span(long startMillis, long endMillis) {
        boolean holds(long atMillis) {
            return startMillis <= atMillis && atMillis < endMillis;
        }
    }

    /** Which window a moment belongs to, by arithmetic of the model's own. */
    public interface Windows {
        Span holdGrant(long atMillis);
    }

    private final Windows windows;
    /** The windows found so far, by their beginnings: finding a window in a calendar takes long. */
    private final TreeMap<Long, Span> known = new TreeMap<>();

    public FixedWindowModel(Windows windows, long limit, long nowMillis) {
        super(limit, nowMillis);
        this.windows = windows;
    }

    private Span holdGrant(long atMillis) {
        var before = known.floorEntry(atMillis);
        if (before != null && before.getValue().holds(atMillis)) {
            return before.getValue();
        }
        Span span = windows.holdGrant(atMillis);
        known.put(span.startMillis(), span);
        return span;
    }

    @Override
    long usedAt(long atMillis) {
        Span span = holdGrant(atMillis);
        long used = 0;
        for (Taken charge : history()) {
            used += span.holds(charge.atMillis) ? charge.left : 0;
        }
        return used;
    }

    @Override
    public long windowMillis() {
        Span now = holdGrant(nowMillis());
        return now.endMillis() - now.startMillis();
    }

    @Override
    public long boundaryMillis() {
        return holdGrant(nowMillis()).endMillis();
    }
}
