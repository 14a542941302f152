package io.sluice.cli.access;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.admin.AdminClient.Answer;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of an access entry for ranges of addresses. */
final class CidrOptions {
    @Mixin
    private EntryOptions entry = new EntryOptions();

    @Option(
            names = "--attribute",
            paramLabel = "NAME",
            defaultValue = "ip",
            description = "The attribute with the address (default: ip).")
    private String attribute = "ip";

    @Parameters(
            paramLabel = "RANGE",
            arity = "1..*",
            description = "An address or a range of them, such as 203.0.113.0/24.")
    private List<String> ranges = List.of();

    Answer add(String access) throws CommandFailure {
        return entry.add(access, "attributes", Map.of(attribute, Map.of("cidr", ranges)));
    }
}
