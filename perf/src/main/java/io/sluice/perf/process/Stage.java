package io.sluice.perf.process;

import io.sluice.perf.Setting;
import io.sluice.perf.baseline.BaselineServer;
import io.sluice.perf.baseline.EchoTopics;
import java.util.ArrayList;
import java.util.List;

/**
 * The processes of a scenario over HTTP: {@code sluice dev} as it ships, and the baselines under the same Java and flags.
 * The load is made in a third, this one.
 */
public final class Stage implements AutoCloseable {
    private final DevCluster sluice;
    private final ServerProcess baseline;
    private final Jvm baselineJvm;
    private final int baselinePort;

    private Stage(DevCluster sluice, ServerProcess baseline, Jvm baselineJvm, int baselinePort) {
        this.sluice = sluice;
        this.baseline = baseline;
        this.baselineJvm = baselineJvm;
        this.baselinePort = baselinePort;
    }

    /** Starts all, with this ruleset in force. */
    public static Stage start(Setting setting, String rulesJson, String... baselineArguments) throws Exception {
        DevCluster sluice = DevCluster.start(setting.project(), rulesJson);
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
                String ready = baseline.awaitLine(BaselineServer.READY);
                int port = Integer.parseInt(
                        ready.substring(BaselineServer.READY.length()).strip());
                return new Stage(sluice, baseline, Jvm.attach(baseline.pid()), port);
            } catch (Exception e) {
                baseline.close();
                throw e;
            }
        } catch (Exception e) {
            sluice.close();
            throw e;
        }
    }

    public DevCluster sluice() {
        return sluice;
    }

    public int baselinePort() {
        return baselinePort;
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
