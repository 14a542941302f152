package io.sluice.perf.process;

import io.sluice.perf.Setting;
import io.sluice.perf.baseline.BaselineServer;
import io.sluice.perf.baseline.EchoTopics;
import java.util.ArrayList;
import java.util.List;

/**
 * The processes of a scenario over HTTP: {@code sluice dev} as it ships, and the baselines under the same Java and
 * flags. The load is made in a third, this one.
 */
public final class Stage implements AutoCloseable {
    private final DevProcess sluice;
    private final ServerProcess baseline;
    private final Jvm baselineJvm;
    private final Ports ports;

    /** The addresses of the baselines: under Javalin, and on Sluice's own front end. */
    private record Ports(int javalin, int direct) {
        static Ports parse(String ready) {
            String[] ports =
                    ready.substring(BaselineServer.READY.length()).strip().split(" ", 2);
            return new Ports(Integer.parseInt(ports[0]), Integer.parseInt(ports[1]));
        }
    }

    private Stage(DevProcess sluice, ServerProcess baseline, Jvm baselineJvm, Ports ports) {
        this.sluice = sluice;
        this.baseline = baseline;
        this.baselineJvm = baselineJvm;
        this.ports = ports;
    }

    /** Starts all, with this ruleset in force. */
    public static Stage start(Setting setting, String rulesJson, String... baselineArguments) throws Exception {
        DevProcess sluice = DevProcess.start(setting.project(), rulesJson);
        try {
            setting.server().note(sluice.jvm());
            EchoTopics.create(sluice.bootstrapServers());
            List<String> arguments = new ArrayList<>(List.of("--echo", sluice.bootstrapServers()));
            arguments.addAll(List.of(baselineArguments));
            ServerProcess baseline = ServerProcess.start(
                    "baseline",
                    Project.program(
                            sluice.java(),
                            sluice.jvm().flags(),
                            BaselineServer.class,
                            arguments.toArray(String[]::new)));
            try {
                Ports ports = Ports.parse(baseline.awaitLine(BaselineServer.READY));
                return new Stage(sluice, baseline, Jvm.attach(baseline.pid()), ports);
            } catch (Exception e) {
                baseline.close();
                throw e;
            }
        } catch (Exception e) {
            sluice.close();
            throw e;
        }
    }

    public DevProcess sluice() {
        return sluice;
    }

    /** The port of the baselines under Javalin. */
    public int baselinePort() {
        return ports.javalin();
    }

    /** The port of the baselines on Sluice's own front end. */
    public int directPort() {
        return ports.direct();
    }

    public Jvm baselineJvm() {
        return baselineJvm;
    }

    @Override
    public void close() throws Exception {
        try {
            baselineJvm.close();
            baseline.close();
        } finally {
            sluice.close();
        }
    }
}
