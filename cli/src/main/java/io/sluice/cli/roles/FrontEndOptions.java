package io.sluice.cli.roles;

import io.sluice.client.FailurePolicy;
import picocli.CommandLine.Option;

/** Which front end of the cluster a process is, and what it answers without a verdict. */
final class FrontEndOptions {
    @Option(
            names = "--failure-policy",
            paramLabel = "error|allow|deny",
            defaultValue = "error",
            description =
                    "The answer to callers when no verdict comes in time and the ruleset does not say: error, allow"
                            + " or deny (default: error).")
    private FailurePolicy failurePolicy = FailurePolicy.ERROR;

    @Option(
            names = "--reply-ordinal",
            paramLabel = "NUMBER",
            defaultValue = "-1",
            description = "Number of this instance, which picks its reply partition (default: the one that is used"
                    + " least).")
    private int replyOrdinal;

    @Option(
            names = "--replies-remembered-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_REPLIES_REMEMBERED_MAX:-10000}",
            description = "Replies that later ones to the same requests are compared with; 0 compares none"
                    + " (default: 10000, or $SLUICE_REPLIES_REMEMBERED_MAX).")
    private int repliesRememberedMax;

    int repliesRememberedMax() {
        return repliesRememberedMax;
    }

    FailurePolicy failurePolicy() {
        return failurePolicy;
    }

    int replyOrdinal() {
        return replyOrdinal;
    }
}
