package io.sluice.cli.roles;

import io.sluice.streams.StreamsApp;
import io.sluice.streams.ops.ProbeAnswer;
import io.sluice.streams.ops.ProbeServer;
import io.sluice.streams.rules.RulesApp;
import io.sluice.streams.usage.UsageApp;
import org.jspecify.annotations.Nullable;

/** The health of a process with a streams app, and perhaps a rules writer. */
record RolesHealth(
        StreamsApp app, @Nullable RulesApp rules, @Nullable UsageApp usage) implements ProbeServer.Health {
    @Override
    public ProbeAnswer alive() {
        if (app.hasFailed()) {
            return ProbeAnswer.not("the streams app has given up");
        }
        return rules != null && rules.hasFailed() ? ProbeAnswer.not("the rules writer has given up") : ProbeAnswer.OK;
    }

    @Override
    public ProbeAnswer ready() {
        ProbeAnswer ready = prefixed("streams app", app.ready());
        return (rules == null ? ready : ready.and(prefixed("rules writer", rules.ready()))).and(usageDetail());
    }

    /** For information only: an instance without usage still answers requests. */
    private ProbeAnswer usageDetail() {
        ProbeAnswer answer = usage == null ? ProbeAnswer.OK : usage.ready();
        return answer.ok() ? ProbeAnswer.OK : ProbeAnswer.okWith("usage roll-ups: " + answer.detail());
    }

    @Override
    public ProbeAnswer standbys() {
        ProbeAnswer standbys = prefixed("streams app", app.standbys());
        return rules == null ? standbys : standbys.and(prefixed("rules writer", rules.standbys()));
    }

    private static ProbeAnswer prefixed(String name, ProbeAnswer answer) {
        return answer.detail().isEmpty() ? answer : new ProbeAnswer(answer.ok(), name + ": " + answer.detail());
    }
}
