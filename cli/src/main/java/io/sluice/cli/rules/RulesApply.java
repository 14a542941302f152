package io.sluice.cli.rules;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.cli.CommandFailure;
import io.sluice.cli.LogOptions;
import io.sluice.cli.admin.AdminClient;
import io.sluice.cli.admin.AdminClient.Answer;
import io.sluice.cli.admin.AdminOptions;
import io.sluice.cli.kafka.KafkaOptions;
import io.sluice.client.ControlPlaneKeys;
import io.sluice.client.KafkaControlPlane;
import io.sluice.client.rules.ControlPlane;
import io.sluice.engine.controlplane.BucketEffects;
import io.sluice.schemas.codec.DocumentTree;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sluice rules apply}: proposes and activates a ruleset. */
@Command(
        name = "apply",
        description = {
            "Put a ruleset file in force: propose and activate it, unless it is in force already.",
            "With --bootstrap-servers and the command key it speaks to the rules writer over Kafka, "
                    + "otherwise to the admin port."
        },
        footer = {
            "  sluice rules apply --reason \"more for exports\" rules.yaml",
            "  sluice rules apply --reason \"first rules\" --bootstrap-servers kafka-1:9092 --command-key-file"
                    + " keys/command-private.pem --rules-public-key-file keys/rules-public.pem rules.yaml"
        })
final class RulesApply implements Callable<Integer> {
    /** The roles that a caller needs for both steps. */
    private static final List<String> ROLES = List.of("editor", "operator");

    @ParentCommand
    private @Nullable RulesCommands rules;

    @Mixin
    private AdminOptions admin = new AdminOptions();

    @Mixin
    private KafkaOptions kafka = new KafkaOptions();

    @Mixin
    private PlaneKeyOptions keys = new PlaneKeyOptions();

    @Mixin
    private LogOptions log = new LogOptions();

    @Mixin
    private ApplyOptions options = new ApplyOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure {
        log.apply();
        RulesFile document = RulesFile.read(options.file());
        RulesInForce.Result result = admin.isGiven() || !kafka.isGiven()
                ? overHttp(admin.client(), document, options.reason())
                : overKafka(document);
        print(result);
        return 0;
    }

    private RulesInForce.Result overKafka(RulesFile document) throws CommandFailure {
        ControlPlane.By by = new ControlPlane.By(options.author(), options.reason());
        ControlPlaneKeys pair = keys.read();
        Map<String, String> cluster = kafka.reachable();
        KafkaControlPlane.Terms settings = new KafkaControlPlane.Terms(options.within(), new SimpleMeterRegistry());
        try (ForgedCommands forged = ForgedCommands.watch(cluster, keys.source());
                KafkaControlPlane plane = KafkaControlPlane.connect(cluster, pair, settings)) {
            return new RulesInForce(plane, by, forged.suspicion()).ensure(document.documentJson());
        } catch (KafkaException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), e);
        }
    }

    private static RulesInForce.Result overHttp(AdminClient client, RulesFile document, String reason)
            throws CommandFailure {
        requireBothRoles(client.get("/v1/caller"));
        Answer active = client.find(RulesCommands.ACTIVE);
        long base = active == null ? 0 : active.number("revision");
        Answer proposed = client.tryPost(RulesCommands.PROPOSALS, RulesCommands.proposal(document, reason, base), null);
        if (proposed.status() == 409 && "unchanged".equals(proposed.body().get("code"))) {
            return RulesInForce.Result.unchanged(base);
        }
        long proposal = client.expectSuccess("POST " + RulesCommands.PROPOSALS, proposed)
                .number("id");
        String path = RulesCommands.PROPOSALS + "/" + proposal + "/activate";
        Answer activated = client.tryPost(path, Map.of("reason", reason), base);
        if (activated.status() == 409 && "not-approved".equals(activated.body().get("code"))) {
            throw new CommandFailure(RulesText.waitsForApproval(proposal));
        }
        return new RulesInForce.Result(
                client.expectSuccess("POST " + path, activated).number("revision"),
                true,
                BucketEffects.between(active == null ? null : active.body().get("document"), document.tree()));
    }

    /** Before anything is proposed: a proposal that its author may not activate would stay open. */
    private static void requireBothRoles(Answer caller) throws CommandFailure {
        List<?> roles = caller.list("roles");
        if (!roles.containsAll(ROLES)) {
            throw new CommandFailure(caller.text("name") + " has "
                    + (roles.isEmpty()
                            ? "no role"
                            : "role "
                                    + String.join(
                                            ", ",
                                            roles.stream().map(String::valueOf).toList()))
                    + " (expected: editor and operator, to propose and to activate); nothing was proposed. To propose"
                    + " only: sluice rules propose");
        }
    }

    private void print(RulesInForce.Result result) {
        PrintWriter out = spec.commandLine().getOut();
        if (rules != null && rules.result().asJson()) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("revision", result.revision());
            members.put("changed", result.changed());
            members.put("buckets", RulesText.buckets(result.buckets()));
            out.println(DocumentTree.toJson(members));
        } else {
            out.println("ruleset revision " + result.revision()
                    + (result.changed() ? " is in force" : " was in force already"));
            RulesText.bucketLines(RulesText.buckets(result.buckets())).forEach(out::println);
        }
        out.flush();
    }
}
