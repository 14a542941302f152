package io.sluice.replay.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.replay.run.RunCounters;
import io.sluice.replay.whatif.Comparison;
import io.sluice.replay.whatif.WhatIfResult;
import io.sluice.replay.whatif.WideLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HtmlReportTest {
    private static final String HOSTILE = "<script>alert(1)</script>\"'&\u202e\u0007<img src=x onerror=alert(1)>";

    private static WhatIfResult named(String name) {
        return new WhatIfResult(name, name, name, WideLimits.AS_RECORDED, List.of(), RunCounters.NONE, Comparison.NONE);
    }

    @Test
    void shouldShowMarkupAsText_whenANameHoldsIt() {
        // When
        String page = HtmlReport.page(named(HOSTILE), List.of(HOSTILE));

        // Then
        assertThat(page)
                .doesNotContain("<script", "<img", "\u202e", "\u0007")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;");
    }

    @Test
    void shouldFetchNothing_whenItIsOpened() {
        // When
        String page = HtmlReport.page(named("a log"), List.of());

        // Then
        assertThat(page)
                .contains("default-src 'none'")
                .doesNotContain("http://", "https://", "src=", "href=", "@import", "url(");
    }

    @Test
    void shouldEscapeCells_whenWrittenAsMarkdown() {
        // Given
        TextTable table = new TextTable(1, "A", "B");
        table.row("x|<b>\ny", "1");

        // When, Then
        assertThat(table.markdown()).containsExactly("| A | B |", "| --- | ---: |", "| x\\|&lt;b> y | 1 |");
    }
}
