package io.sluice.api.direct;

import org.jspecify.annotations.Nullable;

/**
 * Says whose bodies are worth memory: those of callers who are known. A stranger's is read, so that its sender hears
 * the answer, but not kept.
 */
public interface BodyKeeping {
    /** For a port on which nobody may send anything. */
    BodyKeeping NOBODY = new BodyKeeping() {
        @Override
        public Boolean recall(@Nullable String authorization) {
            return false;
        }

        @Override
        public boolean verify(@Nullable String authorization) {
            return false;
        }
    };

    /** Says it without ever waiting; null if that takes a while. */
    @Nullable Boolean recall(@Nullable String authorization);

    /** Says it, in a thread that may wait. */
    boolean verify(@Nullable String authorization);
}
