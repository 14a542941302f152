package io.sluice.engine.bucket;

import io.sluice.engine.bucket.TokenState.Advance;

/**
 * A token bucket: a capacity of {@code burst} tokens, refilled continuously at {@code rate}.
 *
 * <p>Every method is a pure function of its arguments; the state it is given must come from {@link #at}, which is the
 * only place where time passes.
 */
public record TokenBucket(Rate rate, long burst) implements Algorithm {
    /*
     * Exactness
     *
     * A rate in lowest terms is p tokens per q milliseconds. One token is divided into q parts, so that each
     * millisecond refills exactly p parts and nothing is ever rounded away: the state is (used tokens, parts of the
     * next token that have already flowed back), and its shortfall is  used * q - parts  parts.
     *
     *   after e ms:   parts + e * p  parts have flowed back
     *                 tokens back = floor of that by q,  new parts = the rest
     *   wait for n:   ceil((n * q - parts) / p)  ms, the first moment at which n more tokens are there
     *
     * Worked example, 3 tokens per 10 ms (p = 3, q = 10), burst 5, full at t = 0:
     *   t=0   charge 5   used 5, parts 0     remaining 0; the next token needs ceil(10 / 3) = 4 ms
     *   t=3              9 parts             used 5, parts 9: at 3 ms the token is not there yet
     *   t=4              12 parts            used 4, parts 2: one token, and the rest is carried
     *   t=10             30 parts in all     used 2, parts 0: exactly 3 tokens in 10 ms, however often it was read
     *
     * This is GCRA (ITU-T I.371, annex A; the "virtual scheduling" form) with the theoretical arrival time held as a
     * distance to it, in exact fractions: TAT - now = shortfall / p milliseconds. Holding the distance in tokens keeps
     * the state in range where the time would not be: a burst of 10^12 at one per month is 10^21 ms away from full.
     *
     * Charges in advance
     *
     * A charge may be for tokens that are not there yet: it is made now for the first moment d at which they are, its
     * scheduled time. The state then is the shortfall right after the last scheduled time, brought back to now along
     * the refill; it can exceed the burst by what refills until then, at most DELAY_MILLIS_MAX.
     *
     *   charged c for d = now + w:   shortfall = max(shortfall, w * p) + c * q
     *                                (the max: full before d loses refill)
     *
     * Waits come out right by themselves: the next request waits until its tokens are there after all scheduled times
     * before it.
     * With 1 per second, burst 1: at 0 s three requests come and may wait.
     *   first    used 1    scheduled at 0 s
     *   second   used 2    scheduled at 1 s     at 0 s, one more token is there in 2 s: after the second's time
     *   third    used 3    scheduled at 2 s     at 2 s: used 1, parts 0, as if it had come then
     *
     * No other request is let through early: an admission at t needs shortfall + c * q <= burst * q. So after the last
     * scheduled time, at d, at least c tokens and all that refills from t to d are left over. Hence at least c are left
     * at every scheduled time before it.
     *
     * Tokens that are given back meanwhile do not move the scheduled times, which callers know already. They are left
     * over after them, unless the bucket is full at a scheduled time: then they are lost, as in any full bucket. So
     * what is held is worth no more than the room at a scheduled time (HeldMarks). In the example, at 1.5 s, giving the
     * first's token back has no effect: the third's own token fills the bucket.
     *
     * Debt
     *
     * What was used already is charged whether its tokens are there or not, down to a bound below empty: the shortfall
     * exceeds the burst by what is missing then. Nothing else changes. The bucket refills from there at its rate, the
     * next request waits until its tokens are there, and the time until the bucket is full counts all of it.
     * With 1 per second, burst 5, an overdraft of 10: a charge of 12 leaves used 12, which is 7 below empty. At 7 s
     * the bucket is empty, at 8 s one token is there, at 12 s it is full.
     *
     * Rounding: waits round up, so a caller that comes back at the named moment is admitted; converted parts (see
     * handedTo) round down, so that a change never creates quota. Products beyond 63 bits go through WideMath.
     */

    /** The largest capacity. */
    public static final long BURST_MAX = 1_000_000_000_000L;

    public TokenBucket {
        Bounds.within("burst", burst, 1, BURST_MAX);
    }

    @Override
    public long capacity() {
        return burst;
    }

    @Override
    public TokenState full(long nowMillis) {
        return TokenState.full(nowMillis);
    }

    /** One code path for every case, so that a state that is only passed on needs no object at all. */
    @Override
    public TokenState at(BucketState someState, long nowMillis) {
        TokenState state = (TokenState) someState;
        long elapsedMillis = Math.max(0, nowMillis - state.atMillis());
        long p = rate.tokens();
        long q = rate.periodMillis();
        long back = WideMath.multiplyAddDivide(elapsedMillis, p, state.refilledParts(), q);
        boolean full = back >= state.usedTokens();
        long used = full ? 0 : state.usedTokens() - back;
        // The true rest is below q, so it survives arithmetic modulo 2^64 even where the products do not.
        long parts = full ? 0 : elapsedMillis * p + state.refilledParts() - back * q;
        HeldMarks held = state.held();
        return new TokenState(
                state.atMillis() + elapsedMillis,
                used,
                parts,
                state.advance(),
                full || held.isEmpty() ? HeldMarks.NONE : held.filledTo(new Shortfall(used, parts)));
    }

    @Override
    public long balance(BucketState state) {
        return burst - state.usedTokens();
    }

    @Override
    public TokenState charged(BucketState state, long cost, long slotId) {
        Algorithm.requireAdmitted(this, state, cost);
        return debited(state, cost, slotId);
    }

    @Override
    public TokenState debited(BucketState someState, long tokens, long slotId) {
        TokenState state = (TokenState) someState;
        return tokens == 0 ? state : having(state, state.usedTokens() + tokens, state.advance());
    }

    private static TokenState having(TokenState state, long usedTokens, Advance advance) {
        return new TokenState(state.atMillis(), usedTokens, state.refilledParts(), advance, state.held());
    }

    @Override
    public boolean chargesInAdvance() {
        return true;
    }

    @Override
    public TokenState chargedInAdvance(BucketState someState, long cost, long slotId, long afterMillis) {
        Bounds.within("afterMillis", afterMillis, 0, DELAY_MILLIS_MAX);
        if (afterMillis == 0 || cost == 0) {
            return charged(someState, cost, slotId);
        }
        TokenState state = (TokenState) someState;
        TokenState then = at(state, state.atMillis() + afterMillis);
        TokenState charged = charged(then, cost, slotId);
        // At most 60,000 * 10^12: no overflow. More than -q, so the quotient is at least 0.
        long parts = afterMillis * rate.tokens() - charged.refilledParts();
        long tokens = Math.floorDiv(parts + rate.periodMillis() - 1, rate.periodMillis());
        return new TokenState(
                state.atMillis(),
                charged.usedTokens() + tokens,
                tokens * rate.periodMillis() - parts,
                advance(state, then),
                // The bucket is never fuller before the scheduled time than at it. So the held charge can give back
                // no more than then.
                then.held());
    }

    /** The admissions that wait once a charge is made for a later moment, at which the bucket will be {@code then}. */
    private static Advance advance(TokenState now, TokenState then) {
        // Before another admission's scheduled time there is more room than at it: the bucket fills until then.
        if (then.hasAdvance()) {
            return then.advance();
        }
        long room = then.wholeTokensMissing();
        return new Advance(
                then.atMillis(), now.hasAdvance() ? Math.min(now.advance().roomTokens(), room) : room);
    }

    @Override
    public TokenState held(BucketState someState, long slotId, long afterMillis) {
        TokenState state = (TokenState) someState;
        // An admission charged at once may find the bucket fuller at the scheduled times of waiting ones than it is
        // now.
        Shortfall shortfall = afterMillis == 0 && state.hasAdvance()
                ? state.shortfall().min(Shortfall.ofTokens(state.advance().roomTokens()))
                : state.shortfall();
        return new TokenState(
                state.atMillis(),
                state.usedTokens(),
                state.refilledParts(),
                state.advance(),
                state.held().held(slotId, shortfall));
    }

    /**
     * Tokens that have flowed back since the charge, or would exceed the capacity, are not given back twice; see
     * {@link HeldMarks}.
     */
    @Override
    public TokenState returned(BucketState someState, Charge charge, long cost) {
        TokenState state = (TokenState) someState;
        if (state.held().marks().isEmpty()) {
            return state;
        }
        long q = rate.periodMillis();
        Shortfall worth = state.held().worth(charge.slotId(), cost);
        Shortfall left = state.shortfall().minus(worth, q);
        return new TokenState(
                state.atMillis(),
                left.tokens(),
                left.parts(),
                state.hasAdvance() ? state.advance().without(worth.tokens()) : Advance.NONE,
                state.held().ended(charge.slotId(), cost, q));
    }

    @Override
    public TokenState opened(BucketState someState, long slotId, long tokens) {
        TokenState state = (TokenState) someState;
        OpenCharges open = state.held().open().opened(slotId, tokens, state.shortfall());
        return having(state, state.shortfall(), new HeldMarks(open));
    }

    /** Tokens that have flowed back since the charge are not given back twice; see {@link OpenCharges}. */
    @Override
    public TokenState closed(BucketState someState, Charge charge, long tokens, long returned) {
        TokenState state = (TokenState) someState;
        OpenCharges open = state.held().open();
        if (open.isNone()) {
            return state;
        }
        Shortfall worth = open.worth(charge.slotId(), returned);
        return having(
                state,
                state.shortfall().minus(worth, rate.periodMillis()),
                new HeldMarks(open.closed(charge.slotId(), tokens, returned)));
    }

    private static TokenState having(TokenState state, Shortfall shortfall, HeldMarks held) {
        return new TokenState(state.atMillis(), shortfall.tokens(), shortfall.parts(), state.advance(), held);
    }

    @Override
    public long waitMillis(BucketState state, long cost) {
        if (admits(state, cost)) {
            return 0;
        }
        return cost > burst ? NEVER : refillMillis((TokenState) state, state.usedTokens() + cost - burst);
    }

    /** How long an empty bucket takes to fill: the window in which {@code burst} tokens are sustained. */
    @Override
    public long windowMillis(BucketState state) {
        return refillMillis(TokenState.full(0), burst);
    }

    @Override
    public TokenState withUsed(long nowMillis, long usedTokens) {
        return new TokenState(nowMillis, Math.min(usedTokens, burst), 0);
    }

    /** A bucket of another limit, with the charges that are held in this one. */
    static TokenState carried(TokenState before, TokenState after) {
        return before.held().isEmpty()
                ? after
                : new TokenState(
                        after.atMillis(),
                        after.usedTokens(),
                        after.refilledParts(),
                        after.advance(),
                        before.held().carriedTo(after.shortfall()));
    }

    /**
     * The rates differ, so nobody knows how much room there will be at a scheduled time: held charges give nothing
     * back.
     */
    @Override
    public TokenState withAdvance(BucketState someState, TokenState before, long tokens) {
        TokenState state = (TokenState) someState;
        if (state.isFull()) {
            return state;
        }
        long flowsBackInTime =
                WideMath.multiplyAddDivide(DELAY_MILLIS_MAX, rate.tokens(), /* addend= */ 0, rate.periodMillis());
        return new TokenState(
                state.atMillis(),
                state.usedTokens() + Math.min(tokens, flowsBackInTime),
                state.refilledParts(),
                new Advance(before.advance().untilMillis(), /* roomTokens= */ 0),
                HeldMarks.NONE);
    }

    /** The part of the next token that has flowed back is kept, rounded down to the parts of the new rate. */
    @Override
    public BucketState handedTo(Algorithm successor, BucketState state) {
        if (successor instanceof TokenBucket bucket) {
            return rebased((TokenState) state, bucket);
        }
        return successor instanceof LeakyBucket leaky
                ? rebased((TokenState) state, leaky.backlog())
                : Algorithm.super.handedTo(successor, state);
    }

    @Override
    public TokenBucket widened(long tokens) {
        return new TokenBucket(rate, burst + tokens);
    }

    @Override
    public TokenBucket scaled(int perMille) {
        return new TokenBucket(rate.scaled(perMille), Algorithm.scaledTokens(burst, perMille));
    }

    private TokenState rebased(TokenState state, TokenBucket successor) {
        if (state.isFull() || equals(successor)) {
            return state;
        }
        if (state.usedTokens() > successor.burst) {
            return carried(state, new TokenState(state.atMillis(), successor.burst, 0));
        }
        long parts = WideMath.multiplyAddDivide(
                state.refilledParts(), successor.rate.periodMillis(), /* addend= */ 0, rate.periodMillis());
        return carried(state, new TokenState(state.atMillis(), state.usedTokens(), parts));
    }

    private long refillMillis(TokenState state, long tokens) {
        long p = rate.tokens();
        long millis = WideMath.multiplyAddDivide(tokens, rate.periodMillis(), p - 1 - state.refilledParts(), p);
        return Math.min(millis, WAIT_MILLIS_MAX);
    }
}
