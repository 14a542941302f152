package io.sluice.engine.ruleset;

/** The priorities that the requests of a tier can have; one above or below counts as the nearest. */
record PriorityBounds(PriorityLevel min, PriorityLevel max) {
    static final PriorityBounds ANY = new PriorityBounds(PriorityLevel.LOW, PriorityLevel.CRITICAL);

    PriorityBounds {
        if (min.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "min: " + min.code() + " (expected: at most max, which is " + max.code() + ")");
        }
    }

    PriorityLevel nearest(PriorityLevel priority) {
        if (priority.compareTo(min) < 0) {
            return min;
        }
        return priority.compareTo(max) > 0 ? max : priority;
    }
}
