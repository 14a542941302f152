package io.sluice.api.gateways;

import io.sluice.engine.ruleset.IpAddress;
import io.sluice.engine.ruleset.IpRange;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that may name other callers, by the addresses from which they connect. Their {@code X-Forwarded-For}
 * and similar fields are believed; those of anybody else are ignored.
 */
public record TrustedProxies(List<IpRange> ranges) {
    /** Ranges of one front end. */
    public static final int RANGES_MAX = 1_000;

    /** Nobody. */
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    public TrustedProxies {
        ranges = List.copyOf(ranges);
        if (ranges.size() > RANGES_MAX) {
            throw new IllegalArgumentException(
                    ranges.size() + " ranges of trusted proxies (expected: at most " + RANGES_MAX + ")");
        }
    }

    /**
     * The proxies in these ranges, such as {@code 10.0.0.0/8} or {@code 2001:db8::1}.
     *
     * @throws IllegalArgumentException if one is no range, or there are too many
     */
    public static TrustedProxies of(Collection<String> ranges) {
        return new TrustedProxies(ranges.stream().map(IpRange::of).toList());
    }

    /** Whether a connection comes from one of them. */
    public boolean isTrusted(@Nullable InetAddress peer) {
        return peer != null && isTrusted(IpAddress.of(peer));
    }

    /** An address without its zone, and in one spelling. */
    public static String textOf(InetAddress address) {
        return IpAddress.of(address).text();
    }

    private boolean isTrusted(IpAddress address) {
        for (IpRange range : ranges) {
            if (range.contains(address)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The address of the caller in front of all trusted proxies. Each proxy appends the address of its caller, so the
     * list is read from its end. Entries before the first address that is not trusted may be the caller's own
     * invention.
     *
     * <pre>
     *   peer 10.0.0.1, X-Forwarded-For: 198.51.100.1, 203.0.113.7, 10.0.0.2   --&gt;   203.0.113.7
     * </pre>
     *
     * <p>An entry that is no address ends the search; the result is then the entry after it.
     *
     * @param proxy the trusted sender of the fields
     * @param forwardedFor the fields, in their order
     */
    public String callerBehind(InetAddress proxy, List<String> forwardedFor) {
        String known = textOf(proxy);
        for (int i = forwardedFor.size() - 1; i >= 0; i--) {
            String field = forwardedFor.get(i);
            int end = field.length();
            while (end >= 0) {
                int comma = field.lastIndexOf(',', end - 1);
                IpAddress address = IpAddress.read(field.substring(comma + 1, end));
                if (address == null) {
                    return known;
                }
                known = address.text();
                if (!isTrusted(address)) {
                    return known;
                }
                end = comma;
            }
        }
        return known;
    }
}
