package io.sluice.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.sluice.schemas.control.SigningKey;
import io.sluice.topics.RecordGuard;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.Test;

/** The edges of docs/ARCHITECTURE.md, and the rules that keep verdicts pure. */
final class ArchitectureTest {
    private static final JavaClasses SLUICE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.sluice");

    @Test
    void shouldSeeOnlyTheJdk_whenInEngine() {
        // Given: no Kafka, no JSON, no logger, no thread, no clock
        // When / Then
        classes()
                .that()
                .resideInAPackage("io.sluice.engine..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                                "io.sluice.engine..",
                                "java.lang..",
                                "java.util..",
                                "java.math..",
                                "java.nio..",
                                "java.security..",
                                // Calendars, which are functions of an instant; clocks are refused below.
                                "java.time..",
                                "org.jspecify.annotations",
                                // A mark on generated builders, which is not there at run time.
                                "io.avaje.recordbuilder")
                        // Address literals are parsed, nothing is looked up.
                        .or(belongToAnyOf(InetAddress.class, Inet4Address.class, UnknownHostException.class)))
                .check(SLUICE);
    }

    @Test
    void shouldNotReadAClockOrChance_whenAnythingDecides() {
        // Given
        DescribedPredicate<JavaClass> clocks = DescribedPredicate.describe(
                "a clock or a source of chance",
                type -> type.isAssignableTo(Clock.class) || type.isAssignableTo(java.util.Random.class));
        DescribedPredicate<JavaMethodCall> readingAClock = DescribedPredicate.describe(
                "that reads a clock",
                call -> call.getTarget().getName().equals("now")
                        && call.getTargetOwner().getPackageName().startsWith("java.time"));

        // When / Then
        noClasses()
                .that()
                .resideInAnyPackage("io.sluice.engine..", "io.sluice.schemas..", "io.sluice.streams.store..")
                .should()
                .dependOnClassesThat(clocks)
                .orShould()
                .callMethodWhere(readingAClock)
                .check(SLUICE);
        noClasses()
                .that()
                .resideInAnyPackage("io.sluice.engine..", "io.sluice.schemas..", "io.sluice.streams.admission..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(SLUICE);
    }

    /** A wall clock that is wrong, or is set, must not make a lease last longer. */
    @Test
    void shouldNotReadTheWallClock_whenLeasesAreSpent() {
        // Given
        DescribedPredicate<JavaMethodCall> readingTheWallClock = DescribedPredicate.describe(
                "that reads the wall clock",
                call -> call.getTarget().getName().equals("currentTimeMillis")
                        || (call.getTarget().getName().equals("now")
                                && call.getTargetOwner().getPackageName().startsWith("java.time")));

        // When / Then
        noClasses()
                .that()
                .resideInAnyPackage("io.sluice.client.fastpath..", "io.sluice.gateway.quota..")
                .should()
                .callMethodWhere(readingTheWallClock)
                .check(SLUICE);
    }

    @Test
    void shouldDependOnNothingOfOurs_whenInSchemasOrBroker() {
        // Given
        // When / Then
        classes()
                .that()
                .resideInAPackage("io.sluice.schemas..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "io.sluice.schemas..",
                        "java..",
                        "javax.crypto..",
                        "com.fasterxml.jackson.core..",
                        "org.jspecify..",
                        "io.avaje.recordbuilder"))
                .check(SLUICE);
        noClasses()
                .that()
                .resideInAPackage("io.sluice.broker..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.sluice..")
                        .and(DescribedPredicate.not(resideInAPackage("io.sluice.broker.."))))
                .check(SLUICE);
    }

    @Test
    void shouldBeFilesOnly_whenInConsole() {
        // Given: whatever serves them can
        // When / Then
        classes()
                .that()
                .resideInAPackage("io.sluice.console..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("io.sluice.console..", "java..", "org.jspecify.."))
                .check(SLUICE);
    }

    @Test
    void shouldSeeNoServer_whenInTls() {
        // Given: any port can use it, whatever serves that port
        // When / Then
        classes()
                .that()
                .resideInAPackage("io.sluice.tls..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "io.sluice.tls..",
                        "io.sluice.schemas.control..",
                        "java..",
                        "javax.net.ssl..",
                        "javax.security..",
                        "io.micrometer.core..",
                        "org.slf4j..",
                        "org.jspecify.."))
                .check(SLUICE);
    }

    /** What services have on their class path. */
    @Test
    void shouldNeedNoLibraryThatServicesLack_whenInMiddleware() {
        // Given
        String[] everywhere = {
            "io.sluice.middleware..",
            "io.sluice.client",
            "io.sluice.schemas..",
            "java..",
            "javax.net.ssl..",
            "com.fasterxml.jackson.core..",
            "org.jspecify.."
        };

        // When / Then
        classes()
                .that()
                .resideInAPackage("io.sluice.middleware")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(everywhere))
                .check(SLUICE);
        classes()
                .that()
                .resideInAPackage("io.sluice.middleware.servlet")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(everywhere).or(resideInAPackage("jakarta.servlet..")))
                .check(SLUICE);
        classes()
                .that()
                .resideInAPackage("io.sluice.middleware.grpc")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(everywhere)
                        .or(resideInAnyPackage("io.grpc..", "com.google.rpc..", "com.google.protobuf..")))
                .check(SLUICE);
        noClasses()
                .that()
                .resideInAPackage("io.sluice.middleware..")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("io\\.sluice\\.client\\.(Kafka|Client|Lease|Pending).*")
                .check(SLUICE);
    }

    @Test
    void shouldKeepRocksDbInOnePackage_always() {
        // Given
        // When / Then
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.streams.store..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.rocksdb..")
                .check(SLUICE);
    }

    @Test
    void shouldNotSeeStreamsOrTheLedger_whenInClientOrRequestApi() {
        // Given
        // When / Then
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.sluice.client..", "io.sluice.api..", "io.sluice.gateway..", "io.sluice.topics..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka.streams..",
                        "org.rocksdb..",
                        "io.sluice.streams..",
                        "io.sluice.engine.ledger..",
                        "io.sluice.engine.bucket..")
                .check(SLUICE);
        noClasses()
                .that()
                .resideInAnyPackage("io.sluice.client..", "io.sluice.topics..")
                .or()
                .resideInAnyPackage(
                        "io.sluice.api.data..",
                        "io.sluice.api.auth..",
                        "io.sluice.api.http..",
                        "io.sluice.api.server..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sluice.engine..")
                .check(SLUICE);
        noClasses()
                .that()
                .resideInAPackage("io.sluice.api..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(SLUICE);
    }

    /** Netty, protobuf and Envoy's classes: who runs no gateway, and has no gRPC of its own, needs none of them. */
    @Test
    void shouldSeeGrpc_onlyInGatewayAndInterceptor() {
        // Given
        // When / Then
        noClasses()
                .that()
                .resideOutsideOfPackages("io.sluice.gateway..", "io.sluice.middleware.grpc..", "io.sluice.perf..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "io.envoyproxy..", "com.google.protobuf..")
                .check(SLUICE);
        noClasses()
                .that()
                .resideInAPackage("io.sluice.gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "io.sluice.api..")
                .check(SLUICE);
    }

    @Test
    void shouldTouchKafkaServerClasses_onlyInBroker() {
        // Given
        // When / Then
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.broker..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("kafka..", "org.apache.kafka.metadata..", "org.apache.kafka.server..")
                .check(SLUICE);
    }

    /** What believes signed records holds public keys; only those who decide or command can sign. */
    @Test
    void shouldHoldNoPrivateKey_whenOnlyReading() {
        // Given
        // When / Then
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.sluice.streams.admission..",
                        "io.sluice.streams.store..",
                        "io.sluice.topics..",
                        "io.sluice.api..",
                        "io.sluice.client.fastpath..",
                        "io.sluice.client.rules..")
                .or()
                .haveSimpleName("RulesBroadcaster")
                .or()
                .haveSimpleName("RulesetFollower")
                .or()
                .haveSimpleName("AuditReader")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(SigningKey.class)
                .check(SLUICE);
    }

    /** Every reader of a topic is behind the guard that no record gets past. */
    @Test
    void shouldOpenConsumersOnly_whereRecordsAreGuarded() {
        // Given: Streams makes its own in streams.clients; TopicSizes asks for numbers of partitions and reads nothing
        // When / Then
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "io.sluice.topics..", "io.sluice.streams.clients..", "io.sluice.testkit..", "io.sluice.perf..")
                .and()
                .doNotHaveSimpleName("TopicSizes")
                .and()
                .doNotHaveSimpleName("Look")
                .and()
                .doNotHaveSimpleName("ReplyReader")
                .and()
                .doNotHaveSimpleName("DecisionsCommand")
                .and()
                .doNotHaveSimpleName("ExportCommand")
                .and()
                .doNotHaveSimpleName("ForgedCommands")
                .and()
                .doNotHaveSimpleName("AlertConsumer")
                .and()
                // Hands on every record as it lies there: a replay must see what the app saw, and names what is wrong.
                .doNotHaveSimpleName("KafkaRequestLog")
                .should()
                .callConstructor(KafkaConsumer.class, Map.class, Deserializer.class, Deserializer.class)
                .check(SLUICE);
        for (String name : new String[] {
            "io.sluice.client.ReplyReader",
            "io.sluice.cli.kafka.DecisionsCommand",
            "io.sluice.cli.accounts.ExportCommand",
            "io.sluice.cli.rules.ForgedCommands",
            "io.sluice.streams.webhooks.AlertConsumer"
        }) {
            classes()
                    .that()
                    .haveFullyQualifiedName(name)
                    .should()
                    .dependOnClassesThat()
                    .areAssignableTo(RecordGuard.class)
                    .check(SLUICE);
        }
    }

    /** The processor of the streams app is the one entry to deciding: no part of a decision is written twice. */
    @Test
    void shouldDecideByTheProcessorAlone_whenInReplay() {
        // Given
        // When / Then
        classes()
                .that()
                .resideInAPackage("io.sluice.replay..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "io.sluice.replay..",
                        "io.sluice.schemas..",
                        "io.sluice.streams.replay..",
                        "org.apache.kafka.clients..",
                        "org.apache.kafka.common..",
                        "io.micrometer.core..",
                        "java..",
                        "javax.crypto..",
                        "org.jspecify.annotations",
                        "org.slf4j"))
                .check(SLUICE);
    }

    @Test
    void shouldBeUsedByNobody_whenInCli() {
        // Given
        // When / Then
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sluice.cli..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.sluice.cli..")
                .check(SLUICE);
    }

    @Test
    void shouldHaveNoCycles_whenPackagesOfAModuleAreCompared() {
        // Given
        for (String module : new String[] {"engine", "schemas", "streams", "client", "api", "gateway", "replay"}) {
            // When / Then
            slices().matching("io.sluice." + module + ".(*)..")
                    .should()
                    .beFreeOfCycles()
                    .check(SLUICE);
        }
    }

    @Test
    void shouldHoldNoStaticMutableState_anywhere() {
        // Given
        // When / Then
        fields().that()
                .areStatic()
                .and()
                .doNotHaveModifier(JavaModifier.SYNTHETIC)
                .should()
                .beFinal()
                .check(SLUICE);
    }
}
