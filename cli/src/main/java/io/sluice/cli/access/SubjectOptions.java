package io.sluice.cli.access;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.admin.AdminClient.Answer;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that name the subject of an access entry: a client ID, an account or an attribute. */
final class SubjectOptions {
    @Mixin
    private EntryOptions entry = new EntryOptions();

    @ArgGroup(exclusive = true, multiplicity = "1")
    private Subject subject = new Subject();

    static final class Subject {
        @Option(names = "--client", paramLabel = "CLIENT", description = "A client ID, and everything below it.")
        private @Nullable String client;

        @Option(names = "--account", paramLabel = "ACCOUNT", description = "All clients of an account.")
        private @Nullable String account;

        @Option(
                names = "--attribute",
                paramLabel = "NAME=VALUE",
                description = "Requests with this attribute; a * at the end of the value stands for anything.")
        private @Nullable String attribute;
    }

    Answer add(String access) throws CommandFailure {
        if (subject.client != null) {
            return entry.add(access, "client", subject.client);
        }
        if (subject.account != null) {
            return entry.add(access, "account", subject.account);
        }
        return entry.add(access, "attributes", attributes(String.valueOf(subject.attribute)));
    }

    private static Map<String, Object> attributes(String text) throws CommandFailure {
        int separator = text.indexOf('=');
        if (separator < 1) {
            throw new CommandFailure("--attribute " + text + " (expected: NAME=VALUE, such as agent=curl*)");
        }
        String name = text.substring(0, separator);
        String value = text.substring(separator + 1);
        return value.endsWith("*")
                ? Map.of(name, Map.of("prefix", value.substring(0, value.length() - 1)))
                : Map.of(name, value);
    }
}
