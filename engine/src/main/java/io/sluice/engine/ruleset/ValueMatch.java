package io.sluice.engine.ruleset;

import java.util.List;
import java.util.Set;

/** A condition of a limit or a list on one value of an admission. An absent value matches nothing. */
public sealed interface ValueMatch {
    boolean matches(String value);

    /** One of a few values, compared exactly. */
    record OneOf(Set<String> values) implements ValueMatch {
        public OneOf {
            values = Set.copyOf(values);
        }

        @Override
        public boolean matches(String value) {
            return values.contains(value);
        }
    }

    /** Every value with this prefix. */
    record Prefix(String prefix) implements ValueMatch {
        @Override
        public boolean matches(String value) {
            return value.startsWith(prefix);
        }
    }

    /**
     * Every value with this prefix, but for some.
     *
     * @param prefix how the value begins; empty for any value
     * @param values the values that do not match
     * @param prefixes how values begin that do not match
     */
    record Except(String prefix, Set<String> values, List<String> prefixes) implements ValueMatch {
        public Except {
            values = Set.copyOf(values);
            prefixes = List.copyOf(prefixes);
        }

        @Override
        public boolean matches(String value) {
            if (!value.startsWith(prefix) || values.contains(value)) {
                return false;
            }
            for (String excepted : prefixes) {
                if (value.startsWith(excepted)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** Every IP address in one of the ranges. */
    record InRanges(List<IpRange> ranges) implements ValueMatch {
        public InRanges {
            ranges = List.copyOf(ranges);
        }

        @Override
        public boolean matches(String value) {
            IpAddress address = IpAddress.read(value);
            return address != null && contain(address);
        }

        private boolean contain(IpAddress address) {
            for (IpRange range : ranges) {
                if (range.contains(address)) {
                    return true;
                }
            }
            return false;
        }
    }
}
