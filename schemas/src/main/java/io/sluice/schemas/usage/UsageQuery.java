package io.sluice.schemas.usage;

import io.sluice.schemas.WireException;
import io.sluice.schemas.request.ReplyAddress;

/** A query to the usage roll-ups of one partition; it changes no count. */
public sealed interface UsageQuery {
    /** The most windows that one query may span. */
    int WINDOWS_MAX = 1_000;
    /** The end of the year 9999: sums of times stay far from an overflow. */
    long TIME_MAX_MILLIS = 253_402_300_800_000L;

    /** The most keys of a ranking that one query may ask for. */
    int RANKS_MAX = 100;

    /** The most characters of a beginning that names are looked for by. */
    int PREFIX_CHARS_MAX = 256;

    /** Where the answer goes. */
    ReplyAddress reply();

    /** The same query with this reply address. */
    UsageQuery repliedTo(ReplyAddress address);

    /**
     * The usage of an account, to its partition.
     *
     * @param window the length of the windows
     * @param fromMillis the first window is the one with this time
     * @param toMillis the last window is the one with the millisecond before this time
     */
    record OfAccount(String account, UsageWindow window, long fromMillis, long toMillis, ReplyAddress reply)
            implements UsageQuery {
        /** A checked question. */
        public static OfAccount checked(
                String account, UsageWindow window, long fromMillis, long toMillis, ReplyAddress reply)
                throws WireException {
            if (fromMillis < 0) {
                throw new WireException("from", fromMillis + " (expected: at least 0)");
            }
            if (toMillis > TIME_MAX_MILLIS) {
                throw new WireException("to", toMillis + " (expected: at most " + TIME_MAX_MILLIS + ")");
            }
            if (toMillis <= fromMillis) {
                throw new WireException("to", toMillis + " (expected: after from, " + fromMillis + ")");
            }
            if ((toMillis - fromMillis) / window.millis() >= WINDOWS_MAX) {
                throw new WireException(
                        "to",
                        toMillis + " (expected: at most " + WINDOWS_MAX + " windows after from, or a longer step)");
            }
            return new OfAccount(account, window, fromMillis, toMillis, reply);
        }

        @Override
        public OfAccount repliedTo(ReplyAddress address) {
            return new OfAccount(account, window, fromMillis, toMillis, address);
        }
    }

    /**
     * A query for the heaviest accounts or addresses of the current window; it goes to every partition.
     *
     * @param countMax how many
     */
    record Top(Ranking by, UsageWindow window, int countMax, ReplyAddress reply) implements UsageQuery {
        /** A checked question. */
        public static Top checked(Ranking by, UsageWindow window, long countMax, ReplyAddress reply)
                throws WireException {
            if (countMax < 1 || countMax > RANKS_MAX) {
                throw new WireException("limit", countMax + " (expected: 1.." + RANKS_MAX + ")");
            }
            return new Top(by, window, (int) countMax, reply);
        }

        @Override
        public Top repliedTo(ReplyAddress address) {
            return new Top(by, window, countMax, address);
        }
    }

    /**
     * Accounts whose names begin in this way, of today and yesterday, to every partition.
     *
     * @param countMax how many
     */
    record Accounts(String prefix, int countMax, ReplyAddress reply) implements UsageQuery {
        /** A checked question. */
        public static Accounts checked(String prefix, long countMax, ReplyAddress reply) throws WireException {
            if (prefix.length() > PREFIX_CHARS_MAX) {
                throw new WireException(
                        "prefix",
                        prefix.length() + " characters (expected: at most " + PREFIX_CHARS_MAX + " characters)");
            }
            if (countMax < 1 || countMax > RANKS_MAX) {
                throw new WireException("limit", countMax + " (expected: 1.." + RANKS_MAX + ")");
            }
            return new Accounts(prefix, (int) countMax, reply);
        }

        @Override
        public Accounts repliedTo(ReplyAddress address) {
            return new Accounts(prefix, countMax, address);
        }
    }
}
