package io.sluice.cli.dev;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.rules.RulesFile;
import io.sluice.cli.rules.RulesInForce;
import io.sluice.client.rules.ControlPlane;

/**
 * The ruleset that a dev cluster starts with.
 *
 * @param asked whether the operator named it; the built-in one only fills a directory that has none, so that what was
 *     activated stays in force across restarts
 */
record DevRules(RulesFile file, boolean asked) {
    private static final ControlPlane.By BY = new ControlPlane.By("sluice dev", "start");

    void putInForce(ControlPlane plane) throws CommandFailure {
        RulesInForce inForce = new RulesInForce(plane, BY);
        if (asked) {
            inForce.ensure(file.documentJson());
        } else {
            inForce.ensureSome(file.documentJson());
        }
    }
}
