package io.sluice.cli.rules;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.KeyFileOptions;
import io.sluice.client.ControlPlaneKeys;
import picocli.CommandLine.Mixin;

/** The keys to command the rules writer over Kafka, without a front end. */
final class PlaneKeyOptions {
    @Mixin
    private KeyFileOptions.CommandKey command = new KeyFileOptions.CommandKey();

    @Mixin
    private KeyFileOptions.RulesPublicKeys rules = new KeyFileOptions.RulesPublicKeys();

    /** Where the command key came from, for messages about it. */
    String source() {
        return command.source();
    }

    ControlPlaneKeys read() throws CommandFailure {
        return new ControlPlaneKeys(command.read(), rules.read());
    }
}
