package io.sluice.cli.roles;

import io.sluice.cli.CommandFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code sluice train}: several servers in one JVM, so that one AOT cache fits each of them.
 *
 * <p>The build of the image runs it under load. Two caches would make the image larger by a quarter.
 */
@Command(
        name = "train",
        hidden = true,
        description = "Run several servers in one JVM; only for the training run of the image.",
        footer = "  sluice train \"streams-app --state-dir /tmp/state\" \"request-api --data-open\"")
public final class TrainCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "A command with its options, in quotes.")
    private List<String> commands = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        CommandLine sluice = spec.root().commandLine();
        AtomicInteger worst = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (String command : commands) {
            String[] words = command.strip().split("\\s+");
            CommandLine server = sluice.getSubcommands().get(words[0]);
            if (server == null) {
                throw new CommandFailure("command: " + words[0] + " (expected: streams-app or request-api)");
            }
            String[] options = List.of(words).subList(1, words.length).toArray(String[]::new);
            threads.add(
                    new Thread(() -> worst.accumulateAndGet(server.execute(options), Math::max), "sluice-" + words[0]));
        }
        threads.forEach(Thread::start);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return worst.get();
    }
}
