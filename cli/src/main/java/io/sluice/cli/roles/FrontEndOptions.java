package io.sluice.cli.roles;

import io.sluice.client.FailurePolicy;
import picocli.CommandLine.Option;

/** The options of a front end: its number in the cluster, and its failure policy. */
final class FrontEndOptions {
    @Option(
            names = "--failure-policy",
            paramLabel = "error|allow|deny",
            defaultValue = "error",
            description = "The answer when no verdict comes in time and no limit has onFailure: error, allow or deny "
                    + "(default: error).")
    private FailurePolicy failurePolicy = FailurePolicy.ERROR;

    @Option(
            names = "--reply-ordinal",
            paramLabel = "NUMBER",
            defaultValue = "-1",
            description = "Number of this instance, which selects its reply partition (default: the partition with the "
                    + "fewest replies).")
    private int replyOrdinal;

    @Option(
            names = "--replies-remembered-max",
            paramLabel = "COUNT",
            defaultValue = "${env:SLUICE_REPLIES_REMEMBERED_MAX:-10000}",
            description = "Replies to remember, so that further replies to the same requests can be compared with "
                    + "them; 0 compares none (default: 10000, or $SLUICE_REPLIES_REMEMBERED_MAX).")
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
