package io.sluice.cli.rules.imports;

import io.sluice.cli.CommandFailure;
import java.util.ArrayList;
import java.util.List;

/** The list of mistakes in imported files, so that one run names all of them, up to a bound. */
final class SourceProblems {
    /** Mistakes that are named; further ones are counted. */
    static final int SHOWN_MAX = 100;

    private final List<String> shown = new ArrayList<>();
    private int count;

    void add(SourcePlace place, String message) {
        count++;
        if (shown.size() < SHOWN_MAX) {
            shown.add(place + ": " + message);
        }
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Fails with a line for each mistake, if there are any. */
    void check() throws CommandFailure {
        if (isEmpty()) {
            return;
        }
        if (count == 1) {
            throw new CommandFailure(shown.get(0));
        }
        String more = count > shown.size() ? "\n  and " + (count - shown.size()) + " more" : "";
        throw new CommandFailure(count + " problems\n  " + String.join("\n  ", shown) + more);
    }
}
