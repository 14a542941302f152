package io.sluice.engine.ruleset;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An IP address as two halves of 128 bits. An IPv4 address has its IPv4-mapped form {@code ::ffff:a.b.c.d}, and
 * whatever is written in that form is an IPv4 address.
 */
public record IpAddress(long high, long low, boolean isIpv4) {
    private static final int CHARS_MAX = 64;
    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final String IPV4 = "(?:" + OCTET + "\\.){3}" + OCTET;
    // The JDK would look up anything that is not a literal as a name, so 10.0.0.256 must not get there.
    private static final Pattern IPV4_LITERAL = Pattern.compile(IPV4);
    private static final Pattern IPV6_LITERAL = Pattern.compile("(?=[0-9a-fA-F:])[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern IPV4_AND_PORT = Pattern.compile("(" + IPV4 + "):\\d{1,5}");
    private static final Pattern BRACKETS_AND_PORT = Pattern.compile("\\[([^\\[\\]%]*)(?:%[^\\[\\]]*)?](?::\\d{1,5})?");
    private static final Pattern IPV6_AND_ZONE = Pattern.compile("([0-9a-fA-F:.]*:[0-9a-fA-F:.]*)%\\S+");

    /**
     * Reads an address as proxies and servers write it: alone, with a port ({@code 203.0.113.7:5555},
     * {@code [2001:db8::1]:443}), with a zone ({@code fe80::1%eth0}), with spaces around it. A list of addresses is not
     * an address: Sluice does not guess which of them is the caller's.
     *
     * @return null for anything else
     */
    public static @Nullable IpAddress read(String text) {
        if (text.length() > CHARS_MAX) {
            return null;
        }
        String bare = text.strip();
        for (Pattern form : new Pattern[] {IPV4_AND_PORT, BRACKETS_AND_PORT, IPV6_AND_ZONE}) {
            Matcher matcher = form.matcher(bare);
            if (matcher.matches()) {
                return literal(matcher.group(1));
            }
        }
        return literal(bare);
    }

    /** An address and nothing else. The JDK's parser gets only literals, so it looks up no names. */
    static @Nullable IpAddress literal(String text) {
        if (!(IPV4_LITERAL.matcher(text).matches() || IPV6_LITERAL.matcher(text).matches())) {
            return null;
        }
        try {
            return of(InetAddress.getByName(text));
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** The address of a connection, without its zone. */
    public static IpAddress of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? new IpAddress(0, 0xffff_0000_0000L | (bytes.getInt() & 0xffff_ffffL), true)
                : new IpAddress(bytes.getLong(), bytes.getLong(), false);
    }

    /** The literal: {@code 203.0.113.7}, or eight groups such as {@code 2001:db8:0:0:0:0:0:1}. */
    public String text() {
        if (isIpv4) {
            return ((low >>> 24) & 0xff) + "." + ((low >>> 16) & 0xff) + "." + ((low >>> 8) & 0xff) + "."
                    + (low & 0xff);
        }
        StringBuilder text = new StringBuilder();
        for (int group = 0; group < 8; group++) {
            long half = group < 4 ? high : low;
            text.append(group == 0 ? "" : ":").append(Long.toHexString((half >>> (48 - 16 * (group % 4))) & 0xffff));
        }
        return text.toString();
    }
}
