package io.sluice.cli.process;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Answers that a page waits for. A test holds them back, sees whether the page gives up, and lets them come late. */
final class HeldAnswers {
    private final Page page;
    private final List<Route> held = new ArrayList<>();
    private final Set<Request> givenUp = new HashSet<>();
    private boolean isHolding = true;

    private HeldAnswers(Page page) {
        this.page = page;
    }

    /** Makes a page wait for any answer as long as it takes; before the page goes anywhere. */
    static void waitForEver(Page page) {
        page.addInitScript("AbortSignal.timeout = () => new AbortController().signal");
    }

    /** Holds back what answers such requests, from now on. */
    static HeldAnswers of(Page page, String method, String url) {
        HeldAnswers answers = new HeldAnswers(page);
        page.onRequestFailed(answers.givenUp::add);
        page.route(url, route -> {
            if (answers.isHolding && route.request().method().equals(method)) {
                answers.held.add(route);
            } else {
                route.resume();
            }
        });
        return answers;
    }

    /** Waits until the page waits for so many. */
    void await(int count) {
        page.waitForCondition(() -> held.size() >= count);
    }

    /** Waits until the page no longer wants any of them. */
    void awaitGivenUp() {
        page.waitForCondition(() -> held.stream().map(Route::request).allMatch(givenUp::contains));
    }

    /** Lets the server answer all of them, and those that follow. */
    void letGo() {
        isHolding = false;
        held.forEach(Route::resume);
    }

    /** Answers one of them in the server's place. */
    void answer(int index, int status, String json) {
        held.get(index)
                .fulfill(new Route.FulfillOptions()
                        .setStatus(status)
                        .setContentType("application/json")
                        .setBody(json));
    }
}
