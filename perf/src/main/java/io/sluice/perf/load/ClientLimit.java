package io.sluice.perf.load;

/** The limit of every client in the scenarios with many of them: the same for Sluice and for its peer. */
public final class ClientLimit {
    public static final long BURST = 100;
    public static final long TOKENS_PER_SECOND = 10;

    /** Nothing else applies. */
    public static final String RULES = "{\"limits\":[{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":"
            + TOKENS_PER_SECOND + ",\"per\":\"1s\"},\"burst\":" + BURST + "}]}";

    private ClientLimit() {}
}
