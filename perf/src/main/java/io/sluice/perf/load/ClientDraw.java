package io.sluice.perf.load;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws clients by number: evenly, or by Zipf's law with exponent 1, where the client of rank r comes 1/r as often as
 * the first. Each draw begins with the same seed.
 */
public final class ClientDraw {
    private static final long SEED = 20_261_121L;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final int clients;
    private final double[] cumulated;

    private ClientDraw(int clients, double[] cumulated) {
        this.clients = clients;
        this.cumulated = cumulated;
    }

    public static ClientDraw evenly(int clients) {
        return new ClientDraw(clients, new double[0]);
    }

    public static ClientDraw zipf(int clients) {
        double[] cumulated = new double[clients];
        double sum = 0;
        for (int rank = 0; rank < clients; rank++) {
            sum += 1.0 / (rank + 1);
            cumulated[rank] = sum;
        }
        return new ClientDraw(clients, cumulated);
    }

    /** The number of the next client, from 0. */
    public int next() {
        return cumulated.length == 0 ? random.nextInt(clients) : ranked(random.nextDouble());
    }

    /** The numbers of the next clients. */
    public int[] next(int count) {
        int[] drawn = new int[count];
        Arrays.setAll(drawn, i -> next());
        return drawn;
    }

    private int ranked(double share) {
        int found = Arrays.binarySearch(cumulated, share * cumulated[clients - 1]);
        return Math.min(clients - 1, found < 0 ? -found - 1 : found);
    }
}
