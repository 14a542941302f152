package io.sluice.client;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.WireException;
import io.sluice.schemas.control.AccessSnapshot;
import io.sluice.schemas.control.RulesRecord;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.control.VerifyingKeys;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.topics.SignedRules;
import io.sluice.topics.TopicFollower;
import io.sluice.topics.UntrustedException;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on the rulesets that come into force, in the order of their revisions. Of those that are read together, as at
 * the start, it passes on the newest. It trusts only what the rules writer signed.
 */
public final class RulesetFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RulesetFollower.class);

    private final TopicFollower follower;

    private RulesetFollower(TopicFollower follower) {
        this.follower = follower;
    }

    /**
     * Starts to follow.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     * @param rules prove what the rules writer wrote
     * @param inForce receives each ruleset, on one thread; must not throw
     */
    public static RulesetFollower start(
            Map<String, String> kafka,
            VerifyingKeys rules,
            MeterRegistry registry,
            Consumer<RulesetActivation> inForce) {
        return start(kafka, rules, registry, inForce, access -> {});
    }

    /**
     * Starts to follow, access entries as well.
     *
     * @param access receives the access entries whenever they change, on the same thread; must not throw
     */
    public static RulesetFollower start(
            Map<String, String> kafka,
            VerifyingKeys rules,
            MeterRegistry registry,
            Consumer<RulesetActivation> inForce,
            Consumer<AccessSnapshot> access) {
        TopicFollower follower = new TopicFollower(
                TopicCatalogue.RULES,
                ClientProperties.consumer(kafka),
                registry,
                new Latest(rules, inForce, access),
                "sluice-client-rules");
        follower.start();
        return new RulesetFollower(follower);
    }

    /** Passes on what is newer than all before; read by one thread. */
    private static final class Latest implements TopicFollower.Reader {
        private final VerifyingKeys rules;
        private final Consumer<RulesetActivation> inForce;
        private final Consumer<AccessSnapshot> access;
        private long revision;
        private long accessVersion;
        /** Read, and not passed on yet. */
        private @Nullable RulesetActivation newest;

        private Latest(VerifyingKeys rules, Consumer<RulesetActivation> inForce, Consumer<AccessSnapshot> access) {
            this.rules = rules;
            this.inForce = inForce;
            this.access = access;
        }

        @Override
        public void read(ConsumerRecord<byte[], byte[]> record) throws WireException, UntrustedException {
            RulesRecord published = SignedRules.read(rules, record);
            if (published instanceof AccessSnapshot snapshot) {
                if (snapshot.version() > accessVersion) {
                    accessVersion = snapshot.version();
                    access.accept(snapshot);
                }
                return;
            }
            RulesetActivation activation = (RulesetActivation) published;
            if (activation.revision() > revision) {
                if (activation.revision() > revision + 1) {
                    LOG.info("ruleset revision {} follows {} on {}", activation.revision(), revision, record.topic());
                }
                revision = activation.revision();
                newest = activation;
            }
        }

        @Override
        public void polled(boolean complete) {
            RulesetActivation passed = newest;
            newest = null;
            if (passed != null) {
                inForce.accept(passed);
            }
        }
    }

    @Override
    public void close() {
        follower.close();
    }
}
