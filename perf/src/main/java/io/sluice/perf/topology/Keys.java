package io.sluice.perf.topology;

import io.sluice.perf.load.ClientDraw;

/** Which clients send requests. Ten clients share an account. */
public final class Keys {
    private static final int CLIENTS_PER_ACCOUNT = 10;

    private final ClientDraw draw;

    private Keys(ClientDraw draw) {
        this.draw = draw;
    }

    static Keys uniform(int clients) {
        return new Keys(ClientDraw.evenly(clients));
    }

    static Keys zipf(int clients) {
        return new Keys(ClientDraw.zipf(clients));
    }

    /** The next client ID. */
    String next() {
        return clientId(draw.next());
    }

    /** The client of this number. */
    public static String clientId(int client) {
        return "account-" + client / CLIENTS_PER_ACCOUNT + "/team/client-" + client % CLIENTS_PER_ACCOUNT;
    }
}
