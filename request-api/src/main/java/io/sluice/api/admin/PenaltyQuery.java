package io.sluice.api.admin;

import io.sluice.api.http.RequestUrl;
import io.sluice.api.server.ApiRequest;
import io.sluice.client.rules.PenaltyView;
import io.sluice.schemas.WireException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A caller's query for penalties.
 *
 * @param given the filter by name, decoded
 * @param page how many, and where to continue: below this offset of the audit topic
 */
record PenaltyQuery(Map<String, String> given, Page page) {
    static final String PATH = "/v1/penalties";

    private static final String ACCOUNT = "account";
    private static final String PENALTY = "penalty";
    private static final String MODE = "mode";
    private static final String ENFORCE = "enforce";
    private static final String SHADOW = "shadow";

    static PenaltyQuery of(ApiRequest request) throws WireException {
        RequestUrl.expectOnly(request.query(), ACCOUNT, PENALTY, MODE, "before", "limit");
        Map<String, String> given = new TreeMap<>();
        for (String name : new String[] {ACCOUNT, PENALTY, MODE}) {
            String value = RequestUrl.parameter(request.query(), name);
            if (value != null) {
                given.put(name, value);
            }
        }
        String mode = given.get(MODE);
        if (mode != null && !mode.equals(ENFORCE) && !mode.equals(SHADOW)) {
            throw new WireException(MODE, "none of the modes (expected: enforce or shadow)");
        }
        return new PenaltyQuery(Map.copyOf(given), Page.beside(request));
    }

    static String modeOf(PenaltyView.Entry entry) {
        return entry.enforced() ? ENFORCE : SHADOW;
    }

    boolean covers(PenaltyView.Entry entry) {
        return isOrAbsent(ACCOUNT, entry.account())
                && isOrAbsent(PENALTY, entry.penaltyId())
                && isOrAbsent(MODE, modeOf(entry));
    }

    private boolean isOrAbsent(String name, String value) {
        String wanted = given.get(name);
        return wanted == null || wanted.equals(value);
    }

    /** Where the next page is, with the same filter. */
    String nextPath(long before) {
        Map<String, String> all = new TreeMap<>(given);
        all.put("before", Long.toString(before));
        all.put("limit", Integer.toString(page.limit()));
        return all.entrySet().stream()
                .map(parameter -> parameter.getKey() + "=" + encoded(parameter.getValue()))
                .collect(Collectors.joining("&", PATH + "?", ""));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
