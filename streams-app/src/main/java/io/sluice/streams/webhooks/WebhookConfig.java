package io.sluice.streams.webhooks;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The settings that the delivery of alerts starts with.
 *
 * @param kafka Kafka client properties, {@code bootstrap.servers} among them; those of a streams app will do
 * @param targets where alerts are posted
 * @param secret signs them
 * @param reach the addresses that they may go to
 */
public record WebhookConfig(
        Map<String, String> kafka,
        List<WebhookTarget> targets,
        WebhookSecret secret,
        Reach reach,
        WebhookBounds bounds) {
    /** The most URLs; each has a thread, a connection and a group of its own. */
    public static final int URLS_MAX = 4;

    public WebhookConfig {
        kafka = Map.copyOf(kafka);
        targets = List.copyOf(targets);
        if (targets.isEmpty() || targets.size() > URLS_MAX) {
            throw new IllegalArgumentException("webhook URLs: " + targets.size() + " (expected: 1.." + URLS_MAX + ")");
        }
        Set<String> ids = new HashSet<>();
        for (WebhookTarget target : targets) {
            if (!ids.add(target.id())) {
                throw new IllegalArgumentException(
                        "webhook URL of host " + target.name() + ": given twice (expected: once)");
            }
        }
    }

    /**
     * The kinds of URLs and addresses that alerts may go to.
     *
     * @param httpAllowed URLs without TLS
     * @param privateAllowed addresses of this host, of private networks, and others that the internet does not route
     */
    public record Reach(boolean httpAllowed, boolean privateAllowed) {
        public static final Reach STRICT = new Reach(false, false);
    }

    /** Settings with these URLs. */
    public static WebhookConfig of(
            Map<String, String> kafka, List<String> urls, WebhookSecret secret, Reach reach, WebhookBounds bounds) {
        return new WebhookConfig(
                kafka,
                urls.stream()
                        .map(url -> WebhookTarget.of(url, reach.httpAllowed()))
                        .toList(),
                secret,
                reach,
                bounds);
    }
}
