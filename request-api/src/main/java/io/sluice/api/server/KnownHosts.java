package io.sluice.api.server;

import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The host names under which a port may be called, in addition to {@code localhost} and IP addresses. This prevents
 * DNS rebinding: a page of another site can make its own name resolve to this machine, but it cannot make a browser
 * send an IP address as the host.
 *
 * @param names in small letters, without ports
 */
public record KnownHosts(Set<String> names) {
    /** Names of one port. */
    public static final int NAMES_MAX = 100;

    /** Addresses and {@code localhost}. */
    public static final KnownHosts NONE = new KnownHosts(Set.of());

    private static final String LOCALHOST = "localhost";
    private static final Pattern NAME = Pattern.compile("(?=.{1,253}$)[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*");
    /** An address as {@code Host} has it. Browsers take what ends in a number for an address, never for a name. */
    private static final Pattern ADDRESS =
            Pattern.compile("(?:\\[[0-9a-fA-F:.]+\\]|\\d{1,3}(?:\\.\\d{1,3}){3})(?::\\d{0,5})?");

    private static final Pattern PORT = Pattern.compile(":\\d{0,5}$");

    public KnownHosts {
        names = Set.copyOf(names);
        if (names.size() > NAMES_MAX) {
            throw new IllegalArgumentException(names.size() + " hosts (expected: at most " + NAMES_MAX + ")");
        }
        for (String name : names) {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "host: " + name + " (expected: a name without a port, such as sluice.internal)");
            }
        }
    }

    /**
     * These names, however they are written.
     *
     * @throws IllegalArgumentException if one is no name, or there are too many
     */
    public static KnownHosts of(Collection<String> names) {
        return new KnownHosts(names.stream()
                .map(name -> name.strip().toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet()));
    }

    /**
     * Whether this host is an IP address, or a name of the port.
     *
     * @param host as the field {@code Host} has it, with or without a port
     */
    boolean knows(String host) {
        if (ADDRESS.matcher(host).matches()) {
            return true;
        }
        String name = PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
        return name.equals(LOCALHOST) || names.contains(name);
    }
}
