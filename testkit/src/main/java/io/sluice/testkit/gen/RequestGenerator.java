package io.sluice.testkit.gen;

import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.Meta;
import io.sluice.schemas.request.Priority;
import io.sluice.schemas.request.ReplyAddress;
import io.sluice.schemas.request.RequestMode;
import io.sluice.schemas.request.RequestRecord;
import io.sluice.schemas.request.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Admission requests from a seed: the same seed and shape give the same requests, on every machine. */
public final class RequestGenerator {
    private static final List<String> METHODS = List.of("GET", "get", "POST", "DELETE", "");
    private static final List<String> PATHS =
            List.of("", "/", "/orders", "/orders/17", "/orders//17/", "/reports/2024/q1", "/caf%C3%A9");
    private static final List<String> HOSTS = List.of("", "api.example.com", "API.example.com:8443", "[::1]:80");
    private static final List<String> REGIONS = List.of("eu", "us", "", "süd, ost");
    private static final List<Priority> PRIORITIES = List.of(Priority.values());
    private static final long MAX_WAIT_MILLIS = 5_000;
    /** Requests that may be repeated: enough for repeats near and far, without keeping all. */
    private static final int REMEMBERED_MAX = 64;

    /** One request in so many carries metadata. */
    private static final int META_EVERY = 5;

    private final long seed;
    private final TrafficShape shape;
    private final SplittableRandom random;
    private final List<AdmissionRequest> keyed = new ArrayList<>();
    private long sequence;

    public RequestGenerator(long seed, TrafficShape shape) {
        this.seed = seed;
        this.shape = shape;
        this.random = new SplittableRandom(seed);
    }

    /** The next {@code count} requests, each in its envelope. */
    public List<RequestRecord> take(int count) {
        return Stream.generate(this::nextRecord).limit(count).toList();
    }

    /** The next request, for a caller that puts the envelope around it. */
    public AdmissionRequest next() {
        return (AdmissionRequest) nextRecord().request();
    }

    /** The next request; every one has a reply address of its own, if the shape wants replies. */
    public RequestRecord nextRecord() {
        sequence++;
        AdmissionRequest request = random.nextInt(100) < shape.keyedPercent() ? keyed() : fresh(null);
        if (shape.replyPartitions() == 0) {
            return request.repliedTo(null);
        }
        int partition = random.nextInt(shape.replyPartitions());
        return request.repliedTo(new ReplyAddress(partition, "gen-" + seed + "-" + sequence));
    }

    /** A third of these repeat a key, and a quarter of the repeats send another request under it. */
    private AdmissionRequest keyed() {
        if (!keyed.isEmpty() && random.nextInt(3) == 0) {
            AdmissionRequest earlier = keyed.get(random.nextInt(keyed.size()));
            return again(earlier, random.nextInt(4) == 0 ? earlier.cost() + 1 : earlier.cost());
        }
        AdmissionRequest request = fresh("key-" + seed + "-" + sequence);
        if (keyed.size() == REMEMBERED_MAX) {
            keyed.remove(0);
        }
        keyed.add(request);
        return request;
    }

    /** The metadata of a repeat may differ: it is still the same request. */
    private AdmissionRequest again(AdmissionRequest request, long cost) {
        AdmissionRequest.Builder builder = AdmissionRequest.of(
                        request.clientId().text())
                .cost(cost)
                .route(request.route())
                .priority(request.priority())
                .maxWaitMillis(request.maxWaitMillis())
                .mode(request.mode())
                .idempotencyKey(request.idempotencyKey())
                .requestId(request.requestId())
                .meta(sequence % META_EVERY == 0 ? meta() : request.meta());
        request.attributes().forEach(builder::attribute);
        return built(builder);
    }

    private AdmissionRequest fresh(@Nullable String idempotencyKey) {
        AdmissionRequest.Builder builder = AdmissionRequest.of(clientId())
                .cost(random.nextLong(shape.costMax() + 1))
                .idempotencyKey(idempotencyKey);
        if (random.nextInt(4) != 0) {
            builder.route(new Route(oneOf(METHODS), oneOf(PATHS), oneOf(HOSTS)));
        }
        if (random.nextInt(3) == 0) {
            builder.attribute("region", oneOf(REGIONS));
        }
        if (random.nextInt(4) == 0) {
            builder.priority(oneOf(PRIORITIES));
        }
        if (random.nextInt(6) == 0) {
            builder.maxWaitMillis(random.nextLong(MAX_WAIT_MILLIS + 1));
        } else if (random.nextInt(8) == 0) {
            builder.mode(random.nextInt(3) == 0 ? RequestMode.REFUND : RequestMode.CHARGE);
        }
        if (random.nextInt(8) == 0) {
            builder.requestId("request-" + sequence);
        }
        if (sequence % META_EVERY == 0) {
            builder.meta(meta());
        }
        return built(builder);
    }

    private String clientId() {
        // The smaller of two draws: a few accounts are hot, all occur.
        int account = Math.min(random.nextInt(shape.accounts()), random.nextInt(shape.accounts()));
        int client = random.nextInt(shape.clientsPerAccount());
        return client == 0 ? "account-" + account : "account-" + account + "/team/client-" + client;
    }

    private Meta meta() {
        return new Meta("{\"sequence\":" + sequence + ",\"tags\":[\"é\",1.50,null]}");
    }

    private <T> T oneOf(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    private static AdmissionRequest built(AdmissionRequest.Builder builder) {
        try {
            return builder.build();
        } catch (WireException e) {
            throw new IllegalStateException("the generator keeps within the contract", e);
        }
    }
}
