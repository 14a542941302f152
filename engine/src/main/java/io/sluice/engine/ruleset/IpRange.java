package io.sluice.engine.ruleset;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A range of IP addresses in CIDR notation. IPv4 addresses are taken for their IPv4-mapped IPv6 form, so one address has
 * one value however it is written.
 *
 * @param high the first 64 bits of the network address
 * @param low the last 64 bits
 * @param bits how many leading bits of the 128 must agree
 */
public record IpRange(long high, long low, int bits) {
    // What is not a literal would be looked up by name, so 10.0.0.256 must not get through.
    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|[01]?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|[01]?\\d?\\d)");
    private static final Pattern IPV6 = Pattern.compile("(?=[0-9a-fA-F:])[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final int IPV4_OFFSET_BITS = 96;

    /** An address as two halves of 128 bits. */
    private record Address(long high, long low, boolean isIpv4) {}

    /**
     * Parses {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or a single address.
     *
     * @throws IllegalArgumentException for anything else
     */
    static IpRange of(String text) {
        int slash = text.indexOf('/');
        Address address = address(slash < 0 ? text : text.substring(0, slash));
        if (address == null) {
            throw wrong(text);
        }
        int width = address.isIpv4() ? 32 : 128;
        int prefix = slash < 0 ? width : prefix(text, text.substring(slash + 1));
        if (prefix > width) {
            throw wrong(text);
        }
        IpRange range = new IpRange(address.high(), address.low(), prefix + (address.isIpv4() ? IPV4_OFFSET_BITS : 0));
        return new IpRange(address.high() & range.highMask(), address.low() & range.lowMask(), range.bits());
    }

    private static int prefix(String text, String digits) {
        if (!digits.matches("\\d{1,3}")) {
            throw wrong(text);
        }
        return Integer.parseInt(digits);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" (expected: an address range such as 10.0.0.0/8 or 2001:db8::/32)");
    }

    /** Whether the text is an address in the range; anything that is no address is in none. */
    boolean contains(String text) {
        Address address = address(text);
        return address != null && (address.high() & highMask()) == high && (address.low() & lowMask()) == low;
    }

    /** In CIDR notation. */
    String text() {
        if (bits >= IPV4_OFFSET_BITS && high == 0 && low >>> 32 == 0xffff) {
            return ((low >>> 24) & 0xff) + "." + ((low >>> 16) & 0xff) + "." + ((low >>> 8) & 0xff) + "." + (low & 0xff)
                    + "/" + (bits - IPV4_OFFSET_BITS);
        }
        StringBuilder text = new StringBuilder();
        for (int group = 0; group < 8; group++) {
            long half = group < 4 ? high : low;
            text.append(group == 0 ? "" : ":").append(Long.toHexString((half >>> (48 - 16 * (group % 4))) & 0xffff));
        }
        return text.append('/').append(bits).toString();
    }

    private long highMask() {
        return bits == 0 ? 0 : -1L << (64 - Math.min(bits, 64));
    }

    private long lowMask() {
        return bits <= 64 ? 0 : -1L << (128 - bits);
    }

    /** Only literals are given to the JDK's parser, which looks nothing up for them. */
    private static @Nullable Address address(String text) {
        if (text.length() > 45
                || !(IPV4.matcher(text).matches() || IPV6.matcher(text).matches())) {
            return null;
        }
        try {
            InetAddress address = InetAddress.getByName(text);
            ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
            if (address instanceof Inet4Address) {
                return new Address(0, 0xffff_0000_0000L | (bytes.getInt() & 0xffff_ffffL), true);
            }
            return new Address(bytes.getLong(), bytes.getLong(), false);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
