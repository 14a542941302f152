package io.sluice.schemas.request;

import io.sluice.schemas.WireException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * The client ID of a caller that is known only by its address.
 *
 * <pre>
 *   203.0.113.7                 anonymous:203.0.113.7
 *   ::ffff:203.0.113.7          anonymous:203.0.113.7
 *   2001:DB8:0:1::abcd          anonymous:2001:db8:0:1
 * </pre>
 *
 * <p>Each IPv4 address is a client of its own. For IPv6, the first 64 bits are one client: a host usually has all
 * addresses of such a network. The form must never change, because the account decides the partition, and so where
 * its buckets are.
 */
public final class AnonymousClient {
    /** How the accounts of anonymous callers begin, and no others. */
    public static final String PREFIX = "anonymous:";
    /** The attribute that carries the caller's address. */
    public static final String ADDRESS_ATTRIBUTE = "ip";

    private static final int ADDRESS_CHARS_MAX = 45;
    private static final int NETWORK_BYTES = 8;
    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile("(?:" + OCTET + "\\.){3}" + OCTET);
    private static final Pattern IPV6 = Pattern.compile("(?=[0-9a-fA-F:])[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private AnonymousClient() {}

    /**
     * Derives the client ID.
     *
     * @throws WireException if the text is no address
     */
    public static ClientId of(String address) throws WireException {
        byte[] bytes = bytesOf(address);
        StringBuilder account = new StringBuilder(PREFIX);
        if (bytes.length == 4) {
            for (int i = 0; i < bytes.length; i++) {
                account.append(i == 0 ? "" : ".").append(bytes[i] & 0xff);
            }
        } else {
            for (int i = 0; i < NETWORK_BYTES; i += 2) {
                account.append(i == 0 ? "" : ":")
                        .append(Integer.toHexString((bytes[i] & 0xff) << 8 | bytes[i + 1] & 0xff));
            }
        }
        return new ClientId(account.toString(), account.toString());
    }

    /** Whether the client ID is one that only an address may have. */
    public static boolean isReserved(String clientId) {
        return clientId.startsWith(PREFIX);
    }

    private static byte[] bytesOf(String address) throws WireException {
        boolean literal = address.length() <= ADDRESS_CHARS_MAX
                && (IPV4.matcher(address).matches() || IPV6.matcher(address).matches());
        try {
            // The JDK's parser gets only literals, so it queries no name server.
            InetAddress parsed = literal ? InetAddress.getByName(address) : null;
            if (parsed != null) {
                return parsed.getAddress();
            }
        } catch (UnknownHostException e) {
            throw wrong(address);
        }
        throw wrong(address);
    }

    private static WireException wrong(String address) {
        return new WireException(
                "attributes." + ADDRESS_ATTRIBUTE, Texts.shown(address) + " (expected: an IPv4 or IPv6 address)");
    }
}
