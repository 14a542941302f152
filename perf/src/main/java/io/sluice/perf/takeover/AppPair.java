package io.sluice.perf.takeover;

import io.sluice.perf.Await;
import io.sluice.perf.process.Project;
import io.sluice.perf.process.StreamsAppProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Two streams apps that share the request partitions, perhaps with a reply replica, and what happens to them. */
final class AppPair implements AutoCloseable {
    /** Longer than the group waits for a silent member. */
    private static final long PAUSE_SECONDS = 12;

    private static final Duration WHOLE_WITHIN = Duration.ofMinutes(2);

    private final Project project;
    private final String bootstrapServers;
    private final Path directory;
    private final List<StreamsAppProcess> apps = new ArrayList<>();
    private @Nullable StreamsAppProcess replica;

    private AppPair(Project project, String bootstrapServers, Path directory) {
        this.project = project;
        this.bootstrapServers = bootstrapServers;
        this.directory = directory;
    }

    /** Starts both, one after the other, and then a reply replica if there is to be one. */
    static AppPair start(Project project, String bootstrapServers, Path directory, boolean withReplica)
            throws IOException, InterruptedException {
        AppPair pair = new AppPair(project, bootstrapServers, directory);
        try {
            pair.apps.add(pair.started(0));
            pair.apps.add(pair.started(1));
            if (withReplica) {
                pair.replica = pair.startedReplica();
            }
            pair.awaitWhole();
            return pair;
        } catch (IOException | InterruptedException | RuntimeException e) {
            pair.close();
            throw e;
        }
    }

    private StreamsAppProcess started(int app) throws IOException, InterruptedException {
        return StreamsAppProcess.start(project, bootstrapServers, directory.resolve("app-" + app));
    }

    private StreamsAppProcess startedReplica() throws IOException, InterruptedException {
        return StreamsAppProcess.startReplica(project, bootstrapServers, directory.resolve("replica"));
    }

    /** Waits until either may go. */
    void awaitWhole() throws InterruptedException {
        Await.until(
                "two streams apps with complete copies",
                WHOLE_WITHIN,
                () -> apps.stream().allMatch(StreamsAppProcess::hasCaughtUp) && (replica == null || replica.isReady()));
    }

    /** Kills one, and starts it again when the other must have taken over. */
    void kill(int app) throws IOException, InterruptedException {
        apps.get(app).kill();
        TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
        restart(app);
    }

    /** Lets one hang for longer than its group waits. */
    void pause(int app) throws IOException, InterruptedException {
        apps.get(app).pause();
        TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
        apps.get(app).resume();
        awaitWhole();
    }

    /** Kills the reply replica, and starts it again. */
    void killReplica() throws IOException, InterruptedException {
        StreamsAppProcess running = Objects.requireNonNull(replica, "no replica");
        running.kill();
        TimeUnit.SECONDS.sleep(PAUSE_SECONDS);
        running.close();
        replica = startedReplica();
        awaitWhole();
    }

    /** Restarts one after the other as operators should, a reply replica last. */
    void restartAll() throws IOException, InterruptedException {
        for (int app = 0; app < apps.size(); app++) {
            apps.get(app).close();
            restart(app);
        }
        StreamsAppProcess last = replica;
        if (last != null) {
            last.close();
            replica = startedReplica();
            awaitWhole();
        }
    }

    private void restart(int app) throws IOException, InterruptedException {
        // Ends what is left of it, even if it is dead.
        apps.get(app).close();
        apps.set(app, started(app));
        awaitWhole();
    }

    @Override
    public void close() throws IOException {
        if (replica != null) {
            replica.close();
        }
        for (StreamsAppProcess app : apps) {
            app.close();
        }
    }
}
