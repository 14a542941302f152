package io.sluice.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The ports on which a server will listen.
 *
 * <p>All ports are tried before anything is started, so that a failure shows at once.
 */
public final class ListenPorts {
    private static final int PORT_MAX = 65_535;

    private final String host;
    private final InetAddress address;
    private final Map<Integer, String> names = new HashMap<>();

    private ListenPorts(String host, InetAddress address) {
        this.host = host;
        this.address = address;
    }

    /** Ports of this address, a name or a number. */
    public static ListenPorts on(String host) throws CommandFailure {
        try {
            return new ListenPorts(host, InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            throw new CommandFailure("host " + host + " is unknown" + expectedHost(), e);
        }
    }

    private static String expectedHost() {
        return " (expected: an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them)";
    }

    /** Tries a port; 0 is a free one. */
    public ListenPorts tried(String name, int port) throws CommandFailure {
        if (port < 0 || port > PORT_MAX) {
            throw new CommandFailure(name + " port: " + port + " (expected: 0.." + PORT_MAX + ")");
        }
        String other = port == 0 ? null : names.put(port, name);
        if (other != null) {
            throw new CommandFailure(
                    name + " port: " + port + ", which is the " + other + " port (expected: another one)");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port));
            return this;
        } catch (IOException e) {
            throw new CommandFailure(why(name, port, e), e);
        }
    }

    private String why(String name, int port, IOException failure) {
        if (!isOfThisMachine()) {
            return "host " + host + " is not an address of this machine" + expectedHost();
        }
        String place = name + " port " + host + ":" + port;
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("permission")
                ? place + " may not be opened by this user (expected: one of 1024.." + PORT_MAX + ")"
                : place + " is in use (expected: a free one, with --" + name + "-port)";
    }

    private boolean isOfThisMachine() {
        try {
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException e) {
            // The cause is unknown; the message then repeats what the system reported of the port.
            return true;
        }
    }
}
