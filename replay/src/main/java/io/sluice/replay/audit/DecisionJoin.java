package io.sluice.replay.audit;

import io.sluice.replay.log.LogException;
import io.sluice.replay.log.LogReader;
import io.sluice.replay.log.LoggedRecord;
import io.sluice.schemas.WireException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pairs the decisions that a log leads to with those on the decision topic.
 *
 * <p>Both come in the same order, but for holds that expire, which are noticed sooner or later. So the next two are
 * usually the same bytes, and nothing is decoded. Where they are not, each waits under its name for the other.
 */
final class DecisionJoin {
    /** So many decisions that have no counterpart yet wait, on each side. */
    static final int WAITING_MAX = 20_000;
    /** So far the topic is read ahead for the counterpart of a decision. */
    private static final int AHEAD_MAX = 256;
    /** How often the topic is asked for decisions that are not there yet; each time it waits a little. */
    private static final int LATE_LOOKS_MAX = 50;

    private final LogReader recorded;
    private final Outcome outcome;
    private final Map<String, Waiting> derivedWaiting = new LinkedHashMap<>();
    private final Map<String, Waiting> recordedWaiting = new LinkedHashMap<>();
    private @Nullable LoggedRecord head;
    private boolean isAtEnd;
    private long firstOffset = Long.MAX_VALUE;
    private long lastOffset = Long.MAX_VALUE;
    /** The earliest request whose decision the topic still has. */
    private long oldestOffset = -1;
    /** The latest request whose decision the topic has so far, and the latest time of any. */
    private long newestOffset = -1;

    private long newestMillis = -1;
    private byte @Nullable [] lastMatched;

    private record Waiting(DecisionName name, byte[] value) {}

    /** Takes what the comparison comes to. */
    interface Outcome {
        void matched();

        void differs(Difference.Kind kind, String name, List<String> details);

        void notCompared(DecisionName name);
    }

    /** Ends what an account holds whose time is over; what that leads to comes by {@link #derived}. */
    @FunctionalInterface
    interface Ending {
        void of(String account) throws LogException;
    }

    DecisionJoin(LogReader recorded, Outcome outcome) {
        this.recorded = recorded;
        this.outcome = outcome;
    }

    /** The first request whose decisions are compared; those on earlier requests are passed over. */
    void begin(long offset) {
        firstOffset = offset;
    }

    /** Takes the next decision that the log leads to. */
    void derived(byte[] value) throws LogException {
        LoggedRecord next = head();
        if (next != null && Arrays.equals(next.value(), value)) {
            head = null;
            lastMatched = value;
            outcome.matched();
            return;
        }
        DecisionName name = nameOfDerived(value);
        if (!isPaired(name, value)) {
            wait(derivedWaiting, new Waiting(name, value));
        }
    }

    private static DecisionName nameOfDerived(byte[] value) {
        try {
            return DecisionName.of(value);
        } catch (WireException e) {
            throw new IllegalStateException("a decision that was just encoded cannot be read", e);
        }
    }

    private boolean isPaired(DecisionName name, byte[] value) throws LogException {
        for (int ahead = 0; ; ahead++) {
            Waiting other = recordedWaiting.remove(name.text());
            if (other != null) {
                compare(name, other.value(), value);
                return true;
            }
            if (ahead == AHEAD_MAX || !pull()) {
                return false;
            }
        }
    }

    /** Takes the next decision of the topic into those that wait; returns false at the end. */
    private boolean pull() throws LogException {
        LoggedRecord next = head();
        if (next == null) {
            return false;
        }
        head = null;
        byte[] value = next.value();
        try {
            if (value == null) {
                throw new WireException("", "no value (expected: a decision)");
            }
            DecisionName name = DecisionName.of(value);
            seen(name);
            if (oldestOffset < 0 && !name.isExpiry()) {
                oldestOffset = name.offset();
            }
            if (name.isExpiry() || (name.offset() >= firstOffset && name.offset() <= lastOffset)) {
                recorded(new Waiting(name, value));
            }
        } catch (WireException e) {
            outcome.differs(
                    Difference.Kind.UNREADABLE,
                    "offset " + next.offset() + " of the decision topic",
                    List.of(String.valueOf(e.getMessage())));
        }
        return true;
    }

    private void seen(DecisionName name) {
        newestOffset = Math.max(newestOffset, name.offset());
        newestMillis = Math.max(newestMillis, name.decidedAtMillis());
    }

    private void recorded(Waiting record) {
        Waiting derived = derivedWaiting.remove(record.name().text());
        if (derived != null) {
            compare(record.name(), record.value(), derived.value());
        } else if (recordedWaiting.containsKey(record.name().text())) {
            outcome.differs(
                    Difference.Kind.UNFOUNDED, record.name().text(), List.of("it is on the decision topic twice"));
        } else {
            wait(recordedWaiting, record);
        }
    }

    private void compare(DecisionName name, byte[] recordedValue, byte[] derivedValue) {
        List<String> details =
                Arrays.equals(recordedValue, derivedValue) ? List.of() : TreeDifference.of(recordedValue, derivedValue);
        if (details.isEmpty()) {
            outcome.matched();
        } else {
            outcome.differs(Difference.Kind.CHANGED, name.text(), details);
        }
    }

    /** The one that has waited longest gives up its place. */
    private void wait(Map<String, Waiting> waiting, Waiting one) {
        waiting.put(one.name().text(), one);
        if (waiting.size() > WAITING_MAX) {
            Waiting oldest = waiting.values().iterator().next();
            waiting.remove(oldest.name().text());
            outcome.notCompared(oldest.name());
        }
    }

    private @Nullable LoggedRecord head() throws LogException {
        if (head == null && !isAtEnd) {
            head = recorded.next();
            isAtEnd = head == null;
        }
        return head;
    }

    /**
     * After the last record of the log: reads the rest of the decisions, and waits for those that are not there yet.
     *
     * @param isWhole whether the window is the whole log
     * @param lastRequest the offset of the last record; later ones came while the log was read
     * @param clockMillis the partition's time at its last record
     * @param ending ends what an account holds, which may lead to more decisions
     */
    void finish(boolean isWhole, long lastRequest, long clockMillis, Ending ending) throws LogException {
        lastOffset = lastRequest;
        drain();
        for (int look = 0; look < LATE_LOOKS_MAX && !derivedWaiting.isEmpty(); look++) {
            if (recorded.extend()) {
                isAtEnd = false;
                drain();
            }
        }
        // Only the clean-up has noticed these; asked about the account, the log leads to them as well.
        for (Waiting expired : new ArrayList<>(recordedWaiting.values())) {
            if (expired.name().isExpiry()) {
                ending.of(expired.name().account());
            }
        }
        recordedWaiting.values().forEach(record -> leftOver(record, isWhole, clockMillis));
        if (lastMatched != null) {
            seen(nameOfDerived(lastMatched));
        }
        for (Waiting derived : derivedWaiting.values()) {
            boolean isGone = recorded.beginOffset() > 0 && derived.name().offset() < oldestOffset;
            if (isGone || isNotYetThere(derived.name()) || (derived.name().isExpiry() && !isWhole)) {
                outcome.notCompared(derived.name());
            } else {
                outcome.differs(
                        Difference.Kind.MISSING,
                        derived.name().text(),
                        List.of("account " + derived.name().account()));
            }
        }
    }

    /** An app that runs, or lags, has not recorded the last ones; an export of its log does not have them. */
    private boolean isNotYetThere(DecisionName name) {
        return name.isExpiry() ? name.decidedAtMillis() > newestMillis : name.offset() > newestOffset;
    }

    private void drain() throws LogException {
        boolean more = pull();
        while (more) {
            more = pull();
        }
    }

    /** What is about other requests than those of the window says nothing against it. */
    private void leftOver(Waiting record, boolean isWhole, long clockMillis) {
        DecisionName name = record.name();
        boolean isBeyond =
                name.isExpiry() ? !isWhole || name.decidedAtMillis() > clockMillis : name.offset() > lastOffset;
        if (!isBeyond) {
            outcome.differs(Difference.Kind.UNFOUNDED, name.text(), List.of("account " + name.account()));
        }
    }
}
