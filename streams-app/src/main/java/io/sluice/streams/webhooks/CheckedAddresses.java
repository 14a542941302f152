package io.sluice.streams.webhooks;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.apache.hc.client5.http.DnsResolver;

/**
 * A DNS resolver that refuses addresses to which alerts must not go. It is the only look-up for each connection, so
 * the checked address is the one that is connected to.
 *
 * <p>Otherwise a URL, or the owner of its host name, could make this host send requests to services that trust their
 * network: the metadata service of a cloud, or an admin port on a loopback address.
 */
final class CheckedAddresses implements DnsResolver {
    private static final int[][] REFUSED_V4 = {
        // first address, bits: what the internet does not route, beyond what InetAddress knows
        {0x00000000, 8},
        {0x64400000, 10},
        {0xC0000000, 24},
        {0xC6120000, 15},
        {0xF0000000, 4},
    };

    private final DnsResolver names;
    private final boolean privateAllowed;

    /**
     * A check of what these names resolve to.
     *
     * @param privateAllowed whether addresses are let through that the internet does not route
     */
    CheckedAddresses(DnsResolver names, boolean privateAllowed) {
        this.names = names;
        this.privateAllowed = privateAllowed;
    }

    /** The host has an address that alerts must not go to. */
    static final class RefusedAddressException extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        RefusedAddressException(String message) {
            super(message);
        }
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = names.resolve(host);
        if (addresses == null || addresses.length == 0) {
            throw new UnknownHostException(host);
        }
        for (InetAddress address : addresses) {
            if (!privateAllowed && isRefused(address)) {
                throw new RefusedAddressException(address.getHostAddress()
                        + " (expected: an address that the internet routes; --webhook-allow-private lets it through)");
            }
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    static boolean isRefused(InetAddress address) {
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return true;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address ? isRefusedV4(bytes) : isRefusedV6(bytes);
    }

    private static boolean isRefusedV4(byte[] bytes) {
        int address = (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
        for (int[] range : REFUSED_V4) {
            if ((address ^ range[0]) >>> (Integer.SIZE - range[1]) == 0) {
                return true;
            }
        }
        return false;
    }

    /** Only global unicast (2000::/3) is allowed, without forms that embed an IPv4 address. */
    private static boolean isRefusedV6(byte[] bytes) {
        boolean isGlobal = (bytes[0] & 0xe0) == 0x20;
        boolean isTeredo = bytes[0] == 0x20 && bytes[1] == 0x01 && bytes[2] == 0 && bytes[3] == 0;
        boolean is6to4 = bytes[0] == 0x20 && bytes[1] == 0x02;
        boolean isTranslated = Arrays.equals(
                bytes, 0, 12, new byte[] {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0}, 0, 12);
        if (isTranslated || is6to4) {
            byte[] inside = isTranslated ? Arrays.copyOfRange(bytes, 12, 16) : Arrays.copyOfRange(bytes, 2, 6);
            return isRefusedInside(inside);
        }
        return !isGlobal || isTeredo;
    }

    private static boolean isRefusedInside(byte[] v4) {
        try {
            return isRefused(InetAddress.getByAddress(v4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
