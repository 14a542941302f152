package io.sluice.perf.topology;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Which clients send requests: drawn evenly, or by Zipf's law with exponent 1, where the client of rank r sends 1/r as
 * often as the first. Ten clients share an account.
 */
public final class Keys {
    private static final long SEED = 20_261_121L;
    private static final int CLIENTS_PER_ACCOUNT = 10;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final int clients;
    private final double[] cumulated;

    private Keys(int clients, double[] cumulated) {
        this.clients = clients;
        this.cumulated = cumulated;
    }

    static Keys uniform(int clients) {
        return new Keys(clients, new double[0]);
    }

    static Keys zipf(int clients) {
        double[] cumulated = new double[clients];
        double sum = 0;
        for (int rank = 0; rank < clients; rank++) {
            sum += 1.0 / (rank + 1);
            cumulated[rank] = sum;
        }
        return new Keys(clients, cumulated);
    }

    /** The next client ID. */
    String next() {
        int client = cumulated.length == 0 ? random.nextInt(clients) : ranked(random.nextDouble());
        return clientId(client);
    }

    private int ranked(double share) {
        int found = Arrays.binarySearch(cumulated, share * cumulated[clients - 1]);
        return Math.min(clients - 1, found < 0 ? -found - 1 : found);
    }

    /** The client of this number. */
    public static String clientId(int client) {
        return "account-" + client / CLIENTS_PER_ACCOUNT + "/team/client-" + client % CLIENTS_PER_ACCOUNT;
    }
}
