package io.sluice.streams.ops;

import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.schemas.topic.TopicSpec;
import java.util.HashMap;
import java.util.Map;

/** The check that each topic takes records as large as Sluice writes to it. */
final class TopicSizeCheck {
    private TopicSizeCheck() {}

    /** The bounds of the catalogue, by topic. */
    static Map<String, Integer> needed() {
        Map<String, Integer> needed = new HashMap<>();
        for (TopicSpec topic : TopicCatalogue.topics(/* requestPartitions= */ 1, /* replyPartitions= */ 1)) {
            String bytesMax = topic.config().get("max.message.bytes");
            if (bytesMax != null) {
                needed.put(topic.name(), Integer.parseInt(bytesMax));
            }
        }
        return needed;
    }

    static String detail(int bytesMax, int needed) {
        return bytesMax + " (expected: at least " + needed + "; larger records would be lost)";
    }
}
