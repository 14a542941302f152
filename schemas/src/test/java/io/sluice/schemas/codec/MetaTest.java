package io.sluice.schemas.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.WireException;
import io.sluice.schemas.codec.DecodedRequest.Malformed;
import io.sluice.schemas.codec.DecodedRequest.WellFormed;
import io.sluice.schemas.request.AdmissionRequest;
import io.sluice.schemas.request.BatchRequest;
import io.sluice.schemas.request.Meta;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What callers want carried is carried as they wrote it, within its bounds. */
final class MetaTest {
    private static final byte[] KEY = "acme".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{} | {}",
                "{ 'b' : 1 , 'a' : 2 } | {'b':1,'a':2}",
                "{'n':[1.50, 1e5, -0, 12345678901234567890, 0.1]} | {'n':[1.50,1e5,-0,12345678901234567890,0.1]}",
                "{'t':[true, false, null, {}, []]} | {'t':[true,false,null,{},[]]}",
                "{'é':'€\\u20ac\\n\\u0001/'} | {'é':'€€\\n\\u0001/'}",
                "{'😀':'\\ud83d\\ude00'} | {'\\uD83D\\uDE00':'\\uD83D\\uDE00'}",
                "{'':{'':{'':{}}}} | {'':{'':{'':{}}}}",
            })
    void shouldBeCarriedAsWritten_withoutWhiteSpace(String sent, String carried) throws Exception {
        // When
        AdmissionRequest admission = BodyCodec.admission(bytes("{'clientId':'acme','meta':" + sent + "}"))
                .request();
        BatchRequest batch = BodyCodec.atomic(
                        bytes("{'checks':[{'clientId':'acme'},{'clientId':'acme'}],'meta':" + sent + "}"))
                .request();

        // Then
        Meta expected = new Meta(json(carried));
        assertThat(admission.meta()).isEqualTo(expected);
        assertThat(batch.meta()).isEqualTo(expected);
        assertThat(MetaJson.of(json(sent))).isEqualTo(expected);
        assertThat(MetaJson.of(expected.json())).isEqualTo(expected);
        assertThat(RequestCodec.decode(KEY, RequestCodec.encode(admission)))
                .isEqualTo(new WellFormed(admission.repliedTo(null)));
        assertThat(RequestCodec.decode(KEY, RequestCodec.encode(batch)))
                .isEqualTo(new WellFormed(batch.repliedTo(null)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "7 | meta: 7 (expected: an object)",
                "'x' | meta: a string (expected: an object)",
                "[] | meta: a list (expected: an object)",
                "{'a':1,'a':2} | meta.a: given twice (expected: once)",
                "{'a':[{'b':1,'b':1}]} | meta.a.b: given twice (expected: once)",
                "{'a':{'b':{'c':{'d':1}}}} | meta.a.b.c.d: fine",
                "{'a':{'b':{'c':{'d':{}}}}} | meta.a.b.c.d: nested too deeply (expected: at most 4 levels)",
                "{'a':[[[[]]]]} | meta.a: nested too deeply (expected: at most 4 levels)",
                "{'a':'\\ud800'} | meta.a: U+D800 at index 0 (expected: paired surrogates)",
            })
    void shouldBeRefused_whenBeyondItsBounds(String sent, String message) {
        // Given: four levels are allowed, and no more
        byte[] body = bytes("{'clientId':'acme','meta':" + sent + "}");
        if (message.endsWith("fine")) {
            assertThat(RequestCodec.decode(KEY, bytes("{'v':1,'clientId':'acme','meta':" + sent + "}")))
                    .isInstanceOf(WellFormed.class);
            return;
        }

        // When / Then
        assertThatThrownBy(() -> BodyCodec.admission(body))
                .isInstanceOf(WireException.class)
                .hasMessage(message);
        assertThat(RequestCodec.decode(KEY, bytes("{'v':1,'clientId':'acme','meta':" + sent + "}")))
                .isInstanceOf(Malformed.class);
    }

    @Test
    void shouldBeRefused_whenItHasTooManyMembersOrBytes() throws Exception {
        // Given
        String most = "{'a':'" + "x".repeat(Meta.BYTES_MAX - 8) + "'}";
        StringBuilder members = new StringBuilder("{'list':[{'m0':0");
        for (int i = 1; i < Meta.MEMBERS_MAX - 1; i++) {
            members.append(",'m").append(i).append("':0");
        }

        // When / Then
        assertThat(MetaJson.of(json(most)).json()).hasSize(Meta.BYTES_MAX);
        assertThatThrownBy(() -> MetaJson.of(json(most.replace("'a'", "'ab'"))))
                .hasMessage("meta: 4097 bytes as compact JSON (expected: at most 4096)");
        assertThat(MetaJson.of(json(members + "}]}"))).isNotNull();
        assertThatThrownBy(() -> MetaJson.of(json(members + ",'x':0}]}")))
                .hasMessage("meta: too many members (expected: at most 64)");
    }

    @Test
    void shouldBeRefused_whereNobodyWouldFindIt() {
        assertThatThrownBy(
                        () -> BodyCodec.atomic(bytes("{'checks':[{'clientId':'acme'},{'clientId':'acme','meta':{}}]}")))
                .hasMessage("checks[1].meta: given (expected: one for the whole batch)");
        assertThat(malformed("{'v':1,'type':'lease','clientId':'acme','prefetch':1,'ttlMillis':1,'meta':{},"
                        + "'reply':{'partition':0,'correlationId':'c'}}"))
                .isEqualTo("meta");
        assertThat(malformed("{'v':1,'type':'lease-report','clientId':'acme','cost':0,'spent':0,'denied':1,'meta':{}}"))
                .isEqualTo("meta");
        assertThat(malformed("{'v':1,'type':'cancel','clientId':'acme','reservationId':'0-1','meta':{}}"))
                .isEqualTo("meta");
    }

    private static String malformed(String record) {
        return ((Malformed) RequestCodec.decode(KEY, bytes(record))).field();
    }

    private static byte[] bytes(String text) {
        return json(text).getBytes(StandardCharsets.UTF_8);
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }
}
