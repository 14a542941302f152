package io.sluice.gateway.quota;

import io.sluice.client.AdmissionVerdict;
import io.sluice.client.Answer;
import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.Explanation;
import io.sluice.schemas.reply.LeaseReply;
import io.sluice.schemas.reply.Revocation;
import io.sluice.schemas.request.AdmissionRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Envoys, their streams and a ledger, on virtual milliseconds; everything that takes time takes a random time. */
final class QuotaSimulation {
    static final int LATENCY_MILLIS_MAX = 60;
    static final int PAUSE_MILLIS_MAX = 15_000;
    private static final int REPORT_MILLIS = 5_000;
    private static final int TICK_MILLIS = 100;
    private static final int LATE_MILLIS_MAX = 3_000;
    private static final int UNANSWERED_MILLIS = 2_000;
    /** Any moment of a monotonic clock, negative and about to overflow. */
    private static final long EPOCH_NANOS = Long.MAX_VALUE - 30_000_000_000L;

    static final Map<String, String> BUCKET = Map.of("user_id", "alice");

    private record Event(long millis, long number, Runnable run) {}

    private final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>((one, other) -> one.millis() == other.millis()
            ? Long.compare(one.number(), other.number())
            : Long.compare(one.millis(), other.millis()));
    private final ModelQuotaLedger ledger;
    private final QuotaConfig config;
    private final BucketRoom room = new BucketRoom(1_000);
    private final QuotaMeters meters = new QuotaMeters();
    private final List<Site> sites = new ArrayList<>();
    private long nowMillis;
    private long eventNumber;
    private boolean unreliable;

    QuotaSimulation(Random random, QuotaConfig config, ModelQuotaLedger ledger) {
        this.random = random;
        this.config = config;
        this.ledger = ledger;
        every(TICK_MILLIS, () -> sites.forEach(Site::tick));
    }

    /** From now on answers get lost, and reports come late or twice. */
    void unreliable() {
        unreliable = true;
    }

    /** An Envoy that gets so many requests in each tenth of a second. */
    Site envoy(IntSupplier requests) {
        Site site = new Site();
        sites.add(site);
        every(100, () -> site.requests(requests.getAsInt()));
        every(REPORT_MILLIS, site::report);
        return site;
    }

    long nowMillis() {
        return nowMillis;
    }

    private long nanos() {
        return EPOCH_NANOS + nowMillis * 1_000_000;
    }

    void at(long millis, Runnable run) {
        events.add(new Event(Math.max(nowMillis, millis), eventNumber++, run));
    }

    private void every(int millis, Runnable run) {
        at(nowMillis + millis, () -> {
            run.run();
            every(millis, run);
        });
    }

    void runUntil(long millis) {
        for (Event next = events.peek(); next != null && next.millis() <= millis; next = events.peek()) {
            events.remove();
            nowMillis = next.millis();
            next.run().run();
        }
        nowMillis = millis;
    }

    /** When all Envoys together allowed requests. */
    List<Long> admittedMillis() {
        List<Long> all = new ArrayList<>();
        sites.forEach(site -> site.envoys.forEach(envoy -> all.addAll(envoy.admittedMillis())));
        all.sort(null);
        return all;
    }

    long admitted() {
        long admitted = 0;
        for (Site site : sites) {
            for (ModelEnvoy envoy : site.envoys) {
                admitted += envoy.admittedMillis().size();
            }
        }
        return admitted;
    }

    int bucketsOfServer() {
        return room.taken();
    }

    void revoke() {
        Revocation revocation = new Revocation(0, ledger.offset() + 1, random.nextBoolean() ? null : "alice");
        sites.forEach(site -> site.onServer((stream, effects) -> stream.revoked(revocation, nanos(), effects)));
    }

    void interrupt() {
        sites.forEach(site -> site.onServer((stream, effects) -> stream.interrupted(nanos(), effects)));
    }

    private long latency() {
        return 1L + random.nextInt(LATENCY_MILLIS_MAX);
    }

    private interface Step {
        void at(QuotaStream stream, QuotaEffects effects);
    }

    /** One Envoy's place: the process, which may be replaced, and its stream. */
    final class Site {
        private final List<ModelEnvoy> envoys = new ArrayList<>(List.of(new ModelEnvoy()));
        private @Nullable QuotaStream stream;
        private boolean paused;
        private boolean cut;
        private long toEnvoyMillis;
        private long toServerMillis;
        private final List<Runnable> waiting = new ArrayList<>();

        private ModelEnvoy envoy() {
            return envoys.get(envoys.size() - 1);
        }

        ModelEnvoy model() {
            return envoy();
        }

        private void requests(int count) {
            if (paused) {
                return;
            }
            envoy().expire(nowMillis);
            for (int i = 0; i < count; i++) {
                request();
            }
        }

        private void request() {
            BucketUsage first = envoy().request(BUCKET, nowMillis);
            if (first != null && stream == null && !cut) {
                connect();
            }
            if (first != null) {
                send(List.of(first));
            }
        }

        private void connect() {
            stream = new QuotaStream(config, QuotaSimulation::request, room, meters, nanos());
        }

        private void report() {
            if (paused) {
                return;
            }
            List<BucketUsage> usages = envoy().report(nowMillis);
            if (stream == null && !cut) {
                connect();
            }
            send(usages);
            if (unreliable && random.nextInt(10) == 0) {
                send(usages);
            }
        }

        private void send(List<BucketUsage> usages) {
            QuotaStream to = stream;
            if (to == null || cut) {
                return;
            }
            boolean late = unreliable && random.nextInt(10) == 0;
            long arrives = nowMillis + latency() + (late ? random.nextInt(LATE_MILLIS_MAX) : 0);
            toServerMillis = late ? toServerMillis : Math.max(toServerMillis, arrives);
            at(late ? arrives : toServerMillis, () -> {
                if (to == stream && !cut) {
                    onServer((open, effects) -> open.reported("edge", usages, nanos(), effects));
                }
            });
        }

        private void tick() {
            QuotaStream open = stream;
            if (open != null && open.isSilent(nanos())) {
                disconnect();
            } else {
                onServer((current, effects) -> current.tick(nanos(), effects));
            }
        }

        private void onServer(Step step) {
            QuotaStream open = stream;
            if (open != null) {
                QuotaEffects effects = new QuotaEffects();
                step.at(open, effects);
                perform(open, effects);
            }
        }

        private void perform(QuotaStream open, QuotaEffects effects) {
            tell(effects);
            for (QuotaEffects.Ask ask : effects.asks()) {
                at(nowMillis + latency(), () -> decide(open, ask));
            }
            QuotaEffects more = new QuotaEffects();
            List<Assignment> assignments = open.take(100, nanos(), more);
            tell(more);
            if (!assignments.isEmpty() && open == stream) {
                deliver(assignments);
            }
        }

        private void tell(QuotaEffects effects) {
            effects.reports().forEach(report -> at(nowMillis + latency(), () -> ledger.report(report, nowMillis)));
        }

        /** The ledger decides, whether its answer arrives or not. */
        private void decide(QuotaStream open, QuotaEffects.Ask ask) {
            boolean lost = unreliable && random.nextInt(20) == 0;
            long arrives = nowMillis + (lost ? UNANSWERED_MILLIS : latency());
            if (ask instanceof QuotaEffects.AskLease lease) {
                Answer<LeaseReply> answer = ledger.lease(lease.request(), nowMillis);
                answered(
                        open,
                        arrives,
                        (of, effects) ->
                                of.leased(lease, lost ? new Answer.Unavailable<>("lost") : answer, nanos(), effects));
            } else if (ask instanceof QuotaEffects.AskAdmission admission) {
                Answer<AdmissionVerdict> answer = ledger.admit(admission.request(), nowMillis);
                answered(
                        open,
                        arrives,
                        (of, effects) -> of.admitted(
                                admission, lost ? new Answer.Unavailable<>("lost") : answer, nanos(), effects));
            } else if (ask instanceof QuotaEffects.AskWhether whether) {
                Answer<Explanation> answer = ledger.explain(whether.admission().request(), nowMillis);
                answered(
                        open,
                        arrives,
                        (of, effects) -> of.explained(
                                whether, lost ? new Answer.Unavailable<>("lost") : answer, nanos(), effects));
            }
        }

        private void answered(QuotaStream open, long millis, Step step) {
            at(millis, () -> {
                QuotaEffects effects = new QuotaEffects();
                step.at(open, effects);
                perform(open, effects);
            });
        }

        private void deliver(List<Assignment> assignments) {
            QuotaStream from = stream;
            ModelEnvoy to = envoy();
            toEnvoyMillis = Math.max(toEnvoyMillis, nowMillis + latency());
            at(toEnvoyMillis, () -> {
                Runnable arrival = () -> to.take(assignments, nowMillis);
                if (from == stream && !cut && to == envoy()) {
                    if (paused) {
                        waiting.add(arrival);
                    } else {
                        arrival.run();
                    }
                }
            });
        }

        /** The stream ends, and both sides learn of it. */
        void disconnect() {
            QuotaStream open = stream;
            stream = null;
            if (open != null) {
                QuotaEffects effects = new QuotaEffects();
                open.close(effects);
                tell(effects);
            }
        }

        /** The server dies: nobody closes its streams. */
        void killServer() {
            QuotaStream open = stream;
            stream = null;
            if (open != null) {
                // Only so that the room is free again; nobody hears of its effects.
                open.close(new QuotaEffects());
            }
        }

        void killEnvoy() {
            disconnect();
            waiting.clear();
            envoys.add(new ModelEnvoy());
        }

        void pause() {
            paused = true;
        }

        /** Goes on; requests may be answered before timers and messages are. */
        void resume() {
            if (paused) {
                for (int i = 0; i < random.nextInt(50); i++) {
                    request();
                }
                paused = false;
                waiting.forEach(Runnable::run);
                waiting.clear();
            }
        }

        void cut() {
            cut = true;
        }

        void heal() {
            cut = false;
        }
    }

    private static AdmissionRequest request(String domain, Map<String, String> bucketId) throws WireException {
        return AdmissionRequest.of(bucketId.get("user_id"))
                .attribute("envoy.domain", domain)
                .build();
    }
}
