package io.sluice.cli.dev;

import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/**
 * Where a dev cluster listens.
 *
 * <p>All ports are tried before anything is started: a port in use is told at once, not after the broker is up.
 */
record DevPorts(String host, int http, int admin, int kafka) {
    static DevPorts checked(String host, int http, int admin, int kafka) throws CommandFailure {
        check("http", host, http);
        check("admin", host, admin);
        check("kafka", host, kafka);
        return new DevPorts(host, http, admin, kafka);
    }

    private static void check(String name, String host, int port) throws CommandFailure {
        if (port < 0 || port > 65_535) {
            throw new CommandFailure(name + " port: " + port + " (expected: 0..65535)");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (IOException e) {
            throw new CommandFailure(name + " port " + host + ":" + port + " is in use", e);
        }
    }
}
