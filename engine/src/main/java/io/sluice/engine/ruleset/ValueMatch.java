package io.sluice.engine.ruleset;

import java.util.List;
import java.util.Set;

/** What a limit or a list expects of one value of an admission. A value that is absent matches nothing. */
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
