package io.sluice.cli.simulation;

import io.sluice.testkit.guarantee.LimitBound;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Rulesets from chance: the same limits with other numbers each time. One limit is the same in all of them, so that its
 * bound holds for a whole history.
 */
final class RulesetSamples {
    /** What the one steady limit lets through, in any window; accounts that commands change are not under it. */
    static final Map<String, LimitBound> BOUNDS = Map.of("steady", new LimitBound(60, 30, 1_000, 40, 6));

    /** A path whose limits of all accounts have enough to lend. */
    static final String LENT = "/lent";

    static final List<String> PATHS = List.of(
            "/", "/wide", LENT, "/odd", "/window", "/log", "/counter", "/leaky", "/slots", "/throttle", "/tagged");
    private static final List<String> CARRY_OVERS = List.of("additive", "proportional", "as-is", "reset");

    private static final List<String> WINDOWS = List.of("fixed-window", "sliding-window-log", "sliding-window-counter");

    private final SplittableRandom random;
    private int documents;

    RulesetSamples(SplittableRandom random) {
        this.random = random;
    }

    String next() {
        return """
            {"version":1,"idempotencyWindow":"%dms","tiers":["free","pro"],"defaultTier":"free",
             "accounts":{"calm-1":{"tier":"pro"}}%s,
             "alerts":{"at":["50%%","90%%"]},
             "limits":[
              {"id":"steady","match":{"methods":["GET"]},"scope":"account","rate":{"tokens":30,"per":"1s"},"burst":60,
               "overdraft":40,"refunds":true,"grace":"10%%"},
              {"id":"per-client","match":{"methods":["GET"]},"scope":"client","rate":{"tokens":%d,"per":"1s"},
               "burst":%d,"carryOver":"%s","record":"summary"},
              {"id":"odd","match":{"path":"/odd"},"scope":"client","rate":{"tokens":%d,"per":"%dms"},"burst":%d,
               "carryOver":"%s","overdraft":%d,"refunds":true,"grace":"50%%","alertAt":["50%%","120%%"]},
              {"id":"weighed","match":{"path":"/odd"},"scope":"account","rate":{"tokens":20,"per":"1s"},"burst":60,
               "cost":"1 + ceil(number('bytes', 100) / 1024) * cost","overdraft":%d},
              {"id":"window","match":{"path":"/window"},"scope":"client","algorithm":"fixed-window","limit":%d,
               "window":{"per":"%dms"},"overdraft":%d},
              {"id":"log","match":{"path":"/log"},"scope":"client","algorithm":"sliding-window-log","limit":%d,
               "window":{"per":"%dms"},"record":"summary","grace":"40%%"},
              {"id":"counter","match":{"path":"/counter"},"scope":"account","algorithm":"sliding-window-counter",
               "limit":%d,"window":{"per":"%dms"},"overdraft":5,"refunds":true},
              {"id":"leaky","match":{"path":"/leaky"},"scope":"client","algorithm":"leaky-bucket",
               "rate":{"tokens":%d,"per":"1s"},"queue":%d},
              {"id":"slots","match":{"path":"/slots"},"scope":"account","algorithm":"concurrency","limit":%d,
               "ttl":"%dms"},
              {"id":"throttle","match":{"path":"/throttle"},"scope":"client","rate":{"tokens":%d,"per":"1s"},
               "burst":%d,"onExceed":"throttle","maxWait":"2s"},
              {"id":"lone","match":{"methods":["POST"]},"scope":"client","rate":{"tokens":%d,"per":"1s"},"burst":%d,
               "mode":"%s","alertAt":["50%%","150%%"]},
              {"id":"tagged","match":{"path":"/tagged"},"scope":"client","rate":{"tokens":2,"per":"1s"},"burst":3,
               "onExceed":"tag","alertAt":["100%%","300%%"]},
              {"id":"everybody","match":{"path":"/wide"},"scope":"global","rate":{"tokens":%d,"per":"1s"},"burst":%d,
               "overdraft":%d,"carryOver":"%s"},
              {"id":"by-size","match":{"path":"/wide"},"scope":["global","attribute:bytes"],
               "algorithm":"%s","limit":%d,"window":{"per":"%dms"}},
              {"id":"lent","match":{"path":"/lent"},"scope":"global","rate":{"tokens":%d,"per":"1s"},"burst":%d,
               "carryOver":"%s","mode":"%s"},
              {"id":"lent-too","match":{"path":"/lent"},"scope":"global","algorithm":"%s","limit":%d,
               "window":{"per":"%dms"}}],
             "lists":[{"id":"blocked","access":"deny","entries":[{"attributes":{"ip":"203.0.113.9"}}]}]%s%s}\
            """.formatted(
                        World.IDEMPOTENCY_WINDOW_MILLIS,
                        random.nextInt(4) == 0 ? ",\"cardinality\":{\"bucketsPerAccount\":3}" : "",
                        among(10, 30),
                        among(10, 50),
                        carryOver(),
                        among(1, 9),
                        among(700, 3_000),
                        among(2, 12),
                        carryOver(),
                        among(0, 12),
                        among(0, 30),
                        among(3, 9),
                        among(500, 3_000),
                        among(0, 9),
                        among(3, 9),
                        among(500, 3_000),
                        among(10, 30),
                        among(500, 3_000),
                        among(2, 9),
                        among(2, 9),
                        among(1, 3),
                        among(500, 4_000),
                        among(2, 9),
                        among(1, 5),
                        among(5, 30),
                        among(5, 30),
                        random.nextInt(3) == 0 ? "shadow" : "enforce",
                        among(5, 30),
                        among(5, 40),
                        among(0, 5),
                        carryOver(),
                        WINDOWS.get(random.nextInt(WINDOWS.size())),
                        among(3, 20),
                        among(500, 3_000),
                        among(20, 90),
                        among(60, 300),
                        carryOver(),
                        random.nextInt(6) == 0 ? "shadow" : "enforce",
                        WINDOWS.get(random.nextInt(WINDOWS.size())),
                        among(80, 300),
                        among(800, 3_000),
                        random.nextInt(3) == 0 ? "" : "," + penalties(),
                        brownOut());
    }

    /** In every other document; drawn from nothing, so seeds keep their chances. */
    private String brownOut() {
        documents++;
        return documents % 2 == 0 ? "" : """
            ,"brownOut":{"tiers":["free"],"scale":"50%","when":{"signal":"db","badFor":"300ms","goodFor":"700ms"}}\
            """;
    }

    private String penalties() {
        return """
            "penalties":{"clientsPerAccount":%d,"accountsPerPartition":%d,"rules":[
              {"id":"often","after":{"denials":%d,"per":"1s"},"decay":"1s","extend":%s,"mode":"%s",
               "ladder":[{"for":"1s"},{"action":"challenge","for":"1s"}]},
              {"id":"scaled","scope":"account","limits":["per-client","log"],"after":{"denials":%d,"per":"2s"},
               "decay":"2s","ladder":[{"action":"scale","scale":"50%%","for":"1s"}]},
              {"id":"invented","scope":"account","after":{"names":%d,"per":"1s"},"decay":"1s",
               "ladder":[{"for":"1s"}]}]}\
            """.formatted(
                        among(1, 3),
                        among(1, 20),
                        among(2, 12),
                        random.nextBoolean(),
                        random.nextInt(4) == 0 ? "shadow" : "enforce",
                        among(3, 12),
                        among(2, 4));
    }

    private int among(int min, int max) {
        return min + random.nextInt(max - min + 1);
    }

    private String carryOver() {
        return CARRY_OVERS.get(random.nextInt(CARRY_OVERS.size()));
    }
}
