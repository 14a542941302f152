package io.sluice.replay.whatif;

/** Requests, and the tokens that they asked for. */
public record Amounts(long requests, long cost) {
    public static final Amounts NONE = new Amounts(0, 0);

    public Amounts plus(Amounts other) {
        return new Amounts(requests + other.requests, cost + other.cost);
    }
}
