package io.sluice.api;

import io.sluice.client.signals.SignalService;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Health signals that answer as they are told. */
final class ScriptedSignals implements SignalService {
    Answer next = new Unavailable("nothing scripted");
    Known known = new Known(4, Map.of());
    String lastReport = "";

    @Override
    public CompletableFuture<Answer> report(String signal, boolean good, long validMillis, String principal) {
        lastReport = signal + " " + good + " " + validMillis + " " + principal;
        return CompletableFuture.completedFuture(next);
    }

    @Override
    public CompletableFuture<Known> known() {
        return CompletableFuture.completedFuture(known);
    }
}
