package io.sluice.streams.webhooks;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.topic.RolePermissions;
import io.sluice.schemas.topic.TopicCatalogue;
import io.sluice.streams.StreamsProperties;
import io.sluice.topics.RecordGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The delivery of alerts to the configured URLs. Instances with the same URLs share the work: one delivers, another
 * takes over. It has its own threads, and starts even if Kafka does not answer, so it cannot delay a verdict.
 */
public final class WebhookApp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookApp.class);

    private final WebhookSender sender;
    private final List<AlertConsumer> consumers;

    private WebhookApp(WebhookSender sender, List<AlertConsumer> consumers) {
        this.sender = sender;
        this.consumers = consumers;
    }

    /** Starts to deliver, in threads of its own. */
    public static WebhookApp start(WebhookConfig config, MeterRegistry registry) {
        CheckedAddresses addresses = new CheckedAddresses(
                SystemDefaultDnsResolver.INSTANCE, config.reach().privateAllowed());
        WebhookSender sender =
                new WebhookSender(addresses, config.secret(), config.bounds(), System::currentTimeMillis);
        Map<String, String> kafka = StreamsProperties.clientsOwn(config.kafka());
        RecordGuard guard = new RecordGuard(TopicCatalogue.ALERTS, registry);
        List<AlertConsumer> consumers = new ArrayList<>();
        for (WebhookTarget target : config.targets()) {
            int endpoint = consumers.size() + 1;
            WebhookMeters meters = new WebhookMeters(registry, endpoint);
            WebhookDelivery delivery =
                    new WebhookDelivery(target, sender, config.bounds(), meters, WebhookDelivery.Clocks.SYSTEM);
            consumers.add(new AlertConsumer(
                    kafka, group(config, target), target, new AlertConsumer.Delivering(delivery, meters), guard));
            LOG.info("alerts go to webhook {}: {}", endpoint, target);
        }
        consumers.forEach(AlertConsumer::start);
        return new WebhookApp(sender, consumers);
    }

    private static String group(WebhookConfig config, WebhookTarget target) {
        return config.kafka().getOrDefault(StreamsConfig.APPLICATION_ID_CONFIG, StreamsProperties.APPLICATION_ID)
                + RolePermissions.WEBHOOK_INFIX
                + target.id();
    }

    @Override
    public void close() {
        consumers.forEach(AlertConsumer::stop);
        // An attempt that is under way then ends at once.
        sender.close();
        consumers.forEach(AlertConsumer::close);
    }
}
