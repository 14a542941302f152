package io.sluice.schemas.topic;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The roles that may write and read a topic; nobody else may.
 *
 * @param writers in the order of {@link KafkaRole}
 * @param readers in the order of {@link KafkaRole}
 */
public record TopicAccess(Set<KafkaRole> writers, Set<KafkaRole> readers) {
    public TopicAccess {
        writers = ordered(writers);
        readers = ordered(readers);
    }

    private static Set<KafkaRole> ordered(Set<KafkaRole> roles) {
        EnumSet<KafkaRole> ordered = EnumSet.noneOf(KafkaRole.class);
        ordered.addAll(roles);
        return Collections.unmodifiableSet(ordered);
    }

    static TopicAccess writtenBy(KafkaRole... writers) {
        return new TopicAccess(Set.copyOf(List.of(writers)), Set.of());
    }

    TopicAccess readBy(KafkaRole... newReaders) {
        return new TopicAccess(writers, Set.copyOf(List.of(newReaders)));
    }
}
