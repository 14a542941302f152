package io.sluice.perf.load;

import io.sluice.schemas.WireException;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.Route;
import java.util.ArrayList;
import java.util.List;

/** The requests that both sides get in the same order. */
public final class RequestSamples {
    private static final int ACCOUNTS = 1_000;

    private final List<AdmissionRequest> requests = new ArrayList<>();

    public RequestSamples() {
        for (int i = 0; i < ACCOUNTS; i++) {
            requests.add(request("account-" + i + "/team/alice"));
        }
    }

    private static AdmissionRequest request(String clientId) {
        try {
            return AdmissionRequest.of(clientId)
                    .route(new Route("POST", "/v1/orders/7", "api.example.com"))
                    .build();
        } catch (WireException e) {
            throw new IllegalStateException("the benchmark's request is wrong", e);
        }
    }

    public AdmissionRequest get(int number) {
        return requests.get(number % ACCOUNTS);
    }
}
