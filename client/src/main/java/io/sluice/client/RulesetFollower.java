package io.sluice.client;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.ActivationCodec;
import io.sluice.schemas.control.RulesetActivation;
import io.sluice.schemas.topic.TopicCatalogue;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tells of every ruleset that comes into force, in the order of their revisions, beginning with those that are kept on
 * {@code sluice.rules.v1}. Needs no control key.
 */
public final class RulesetFollower implements AutoCloseable {
    private final TopicFollower follower;

    private RulesetFollower(TopicFollower follower) {
        this.follower = follower;
    }

    /**
     * Starts to follow.
     *
     * @param kafka Kafka client properties, {@code bootstrap.servers} among them
     * @param inForce told by one thread; must not throw
     */
    public static RulesetFollower start(Map<String, String> kafka, Consumer<RulesetActivation> inForce) {
        TopicFollower follower = new TopicFollower(
                TopicCatalogue.RULES, ClientProperties.consumer(kafka), new Latest(inForce), "sluice-client-rules");
        follower.start();
        return new RulesetFollower(follower);
    }

    /** Passes on what is newer than all before; read by one thread. */
    private static final class Latest implements TopicFollower.Reader {
        private final Consumer<RulesetActivation> inForce;
        private long revision;

        private Latest(Consumer<RulesetActivation> inForce) {
            this.inForce = inForce;
        }

        @Override
        public void read(byte[] value) throws WireException {
            RulesetActivation activation = ActivationCodec.decode(value);
            if (activation.revision() > revision) {
                revision = activation.revision();
                inForce.accept(activation);
            }
        }

        @Override
        public void polled(boolean complete) {}
    }

    @Override
    public void close() {
        follower.close();
    }
}
