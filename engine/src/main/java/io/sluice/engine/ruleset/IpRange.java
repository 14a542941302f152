package io.sluice.engine.ruleset;

/**
 * A range of IP addresses in CIDR notation, of one family: {@code ::/0} is every IPv6 address and no IPv4 address. An
 * IPv4-mapped address or range ({@code ::ffff:10.0.0.0/104}) is the IPv4 one that it maps.
 *
 * @param high the first 64 bits of the network address
 * @param low the last 64 bits
 * @param bits how many leading bits of the 128 must agree
 */
public record IpRange(long high, long low, int bits) {
    private static final int IPV4_OFFSET_BITS = 96;

    /**
     * Parses {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or a single address.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static IpRange of(String text) {
        int slash = text.indexOf('/');
        String written = slash < 0 ? text : text.substring(0, slash);
        IpAddress address = IpAddress.literal(written);
        if (address == null) {
            throw wrong(text);
        }
        boolean isMapped = address.isIpv4() && written.indexOf(':') >= 0;
        int bitsMin = isMapped ? IPV4_OFFSET_BITS : 0;
        int bitsMax = address.isIpv4() && !isMapped ? 32 : 128;
        int prefix = slash < 0 ? bitsMax : prefix(text, text.substring(slash + 1));
        if (prefix < bitsMin || prefix > bitsMax) {
            throw wrong(text);
        }
        int bits = address.isIpv4() && !isMapped ? prefix + IPV4_OFFSET_BITS : prefix;
        IpRange range = new IpRange(address.high(), address.low(), bits);
        return new IpRange(address.high() & range.highMask(), address.low() & range.lowMask(), bits);
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

    /** Whether the address is in the range; one of the other family is not. */
    public boolean contains(IpAddress address) {
        return address.isIpv4() == isIpv4()
                && (address.high() & highMask()) == high
                && (address.low() & lowMask()) == low;
    }

    private boolean isIpv4() {
        return bits >= IPV4_OFFSET_BITS && high == 0 && low >>> 32 == 0xffff;
    }

    /** In CIDR notation. */
    String text() {
        return new IpAddress(high, low, isIpv4()).text() + "/" + (isIpv4() ? bits - IPV4_OFFSET_BITS : bits);
    }

    private long highMask() {
        return bits == 0 ? 0 : -1L << (64 - Math.min(bits, 64));
    }

    private long lowMask() {
        return bits <= 64 ? 0 : -1L << (128 - bits);
    }
}
