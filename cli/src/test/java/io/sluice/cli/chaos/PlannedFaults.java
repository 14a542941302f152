package io.sluice.cli.chaos;

import io.sluice.cli.chaos.Fault.Injected;
import io.sluice.cli.chaos.Fault.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What operators do on purpose, and nobody may notice: no request fails. */
final class PlannedFaults {
    private PlannedFaults() {}

    static List<Fault> all() {
        return List.of(
                new Fault(
                        "rolling-restart",
                        Target.ALL,
                        Duration.ZERO,
                        (deployment, load, random) -> new Injected(
                                "every app and front end, one after the other",
                                Affected.NOBODY,
                                () -> roll(deployment, load, null))),
                new Fault("scale", Target.ALL, Duration.ZERO, PlannedFaults::scale));
    }

    /** From the build that everything runs to another one, one after the other. */
    static Fault upgradeTo(Path launcherRoot) {
        return new Fault(
                "upgrade",
                Target.ALL,
                Duration.ZERO,
                (deployment, load, random) -> new Injected(
                        "every app and front end, to this build",
                        Affected.NOBODY,
                        () -> roll(deployment, load, launcherRoot)));
    }

    private static void roll(Deployment deployment, OpenLoad load, @Nullable Path launcherRoot) throws Exception {
        for (SluiceMember app : deployment.apps()) {
            app.stop();
            restart(app, launcherRoot);
            deployment.awaitWhole();
        }
        for (int i = 0; i < Deployment.FRONT_ENDS; i++) {
            SluiceMember frontEnd = deployment.frontEnds().get(i);
            load.takeOut(i);
            frontEnd.stop();
            restart(frontEnd, launcherRoot);
            deployment.awaitReady(frontEnd);
            load.putBack(i);
        }
    }

    private static void restart(SluiceMember member, @Nullable Path launcherRoot) throws Exception {
        if (launcherRoot != null) {
            member.upgrade(launcherRoot);
        }
        member.start();
    }

    /** Two apps, three, two, and three again. */
    private static Injected scale(Deployment deployment, OpenLoad load, Random random) {
        SluiceMember app = Faults.app(deployment, random);
        return new Injected(app.name() + " leaves, comes and leaves", Affected.NOBODY, () -> {
            app.stop();
            app.start();
            deployment.awaitWhole();
            app.stop();
            app.start();
        });
    }
}
