package io.sluice.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.WireException;
import io.sluice.schemas.reply.LimitStatus;
import io.sluice.schemas.reply.Verdict;
import io.sluice.schemas.reply.VerdictDetails;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.ClientId;
import io.sluice.schemas.request.Route;
import io.sluice.testkit.guarantee.LimitBound;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** The requests of the verb tests, and the rules that they run under. */
abstract class VerbSteps {
    /** The rules that {@link #port} has in force before each test. */
    public static final String RULES = rules(10);

    /** The bounds that no history of this contract may exceed. */
    public static final Map<String, LimitBound> BOUNDS = Map.of(
            "per-client", new LimitBound(20, 1, 3_600_000),
            "per-account", new LimitBound(50, 1, 3_600_000),
            "brief", new LimitBound(3, 1, 500),
            "metered", new LimitBound(10, 1, 3_600_000, 20),
            "bytes", new LimitBound(1_000, 1, 3_600_000),
            "graced", new LimitBound(10, 1, 3_600_000, 0, 2));

    static final Route SLOTS = new Route("POST", "/slots", "");

    private String account = "";

    /** The port that gets the requests; one of them may serve all tests of a class. */
    protected abstract AdmissionPort port();

    static String rules(int changingBurst) {
        return """
            {"limits":[
             {"id":"per-client","scope":"client","rate":{"tokens":1,"per":"1h"},"burst":20},
             {"id":"per-account","scope":"account","rate":{"tokens":1,"per":"1h"},"burst":50},
             {"id":"brief","match":{"path":"/brief"},"scope":"client","rate":{"tokens":1,"per":"500ms"},"burst":3},
             {"id":"slots","match":{"path":"/slots"},"scope":"account","algorithm":"concurrency","limit":2,"ttl":"1h"},
             {"id":"changing","match":{"path":"/changing"},"scope":"client","rate":{"tokens":1,"per":"1h"},"burst":%d},
             {"id":"metered","match":{"path":"/metered"},"scope":"client","rate":{"tokens":1,"per":"1h"},"burst":10,
              "overdraft":20,"refunds":true},
             {"id":"bytes","match":{"path":"/metered"},"scope":"account","rate":{"tokens":1,"per":"1h"},"burst":1000,
              "cost":"ceil(number('bytes', 0) / 1024)"},
             {"id":"graced","match":{"path":"/graced"},"scope":"client","rate":{"tokens":1,"per":"1h"},"burst":10,
              "grace":"20%%"},
             {"id":"watched","match":{"path":"/graced"},"mode":"shadow","scope":"account","algorithm":"fixed-window",
              "limit":4,"window":{"per":"3660d"},"alertAt":["100%%","250%%"]}],
             "lists":[{"id":"blocked","access":"deny","entries":[{"attributes":{"ip":"203.0.113.9"}}]},
              {"id":"trusted","access":"allow","entries":[{"attributes":{"ip":"192.0.2.1"}}]}]}\
            """.formatted(changingBurst);
    }

    @BeforeEach
    final void nameAccount(TestInfo test) {
        account = "verbs-"
                + Integer.toHexString(
                        test.getTestMethod().orElseThrow().getName().hashCode());
    }

    final String account() {
        return account;
    }

    final ClientId client(String name) throws WireException {
        return ClientId.parse("clientId", account + "/" + name);
    }

    final AdmissionRequest.Builder ask(String name) {
        return AdmissionRequest.of(account + "/" + name);
    }

    final VerdictDetails admit(AdmissionRequest.Builder admission) throws WireException {
        Verdict verdict = port().admit(admission.build());
        assertThat(verdict.error()).as("error").isNull();
        return Objects.requireNonNull(verdict.details());
    }

    final List<LimitStatus> quota(String name) throws WireException {
        return port().quota(client(name)).limits();
    }

    /** Tokens in use by limit; what flows back takes too long to matter. */
    static Map<String, Long> taken(List<LimitStatus> limits) {
        Map<String, Long> taken = new LinkedHashMap<>();
        limits.forEach(limit -> taken.put(limit.id(), limit.limit() - limit.remaining()));
        return taken;
    }
}
