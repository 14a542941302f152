package io.sluice.perf;

import io.sluice.perf.process.Jvm;
import io.sluice.perf.process.Project;
import io.sluice.perf.profile.Profiles;
import io.sluice.perf.rest.SharedStage;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The environment that a scenario runs in.
 *
 * @param profiles where recordings of what is measured go
 * @param shared the stage of the scenarios over HTTP
 */
public record Setting(Scale scale, Project project, Profiles profiles, ServerNote server, SharedStage shared) {

    /** Remembers the measured JVM, for the report. */
    public static final class ServerNote {
        private @Nullable String version;
        private List<String> flags = List.of();

        public void note(Jvm jvm) throws IOException {
            version = jvm.version();
            flags = jvm.flags();
        }

        public @Nullable String version() {
            return version;
        }

        public List<String> flags() {
            return flags;
        }
    }

    public int pick(int smoke, int quick, int standard) {
        return scale.pick(smoke, quick, standard);
    }

    public boolean isFull() {
        return scale == Scale.FULL;
    }
}
