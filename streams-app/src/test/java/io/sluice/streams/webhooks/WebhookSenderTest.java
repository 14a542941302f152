package io.sluice.streams.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One attempt against receivers that hang, redirect, close, and answer without end. */
@Timeout(60)
final class WebhookSenderTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final byte[] BODY = "{\"v\":1}".getBytes(StandardCharsets.UTF_8);
    private static final long NOW_MILLIS = 1_700_000_000_999L;

    private final CountDownLatch end = new CountDownLatch(1);
    private Receiver receiver;

    @BeforeEach
    void listen() throws Exception {
        receiver = new Receiver();
    }

    @AfterEach
    void close() throws Exception {
        end.countDown();
        receiver.close();
    }

    private Attempt send(String url, Duration timeout, boolean privateAllowed) {
        WebhookBounds bounds = WebhookBounds.standard().with(timeout, Duration.ofDays(1), 10);
        CheckedAddresses addresses = new CheckedAddresses(SystemDefaultDnsResolver.INSTANCE, privateAllowed);
        try (WebhookSender sender =
                new WebhookSender(addresses, WebhookSecret.parse(SECRET), bounds, () -> NOW_MILLIS)) {
            return sender.send(WebhookTarget.of(url, true), "alert-0-7-1", BODY);
        }
    }

    private Attempt send() {
        return send(receiver.url(), Duration.ofSeconds(30), true);
    }

    private Attempt sendShortly() {
        return send(receiver.url(), Duration.ofMillis(300), true);
    }

    @Test
    void shouldPostASignedMessage_whenAllIsWell() {
        // When
        assertThat(send()).isEqualTo(Attempt.DELIVERED);

        // Then
        assertThat(receiver.messages()).singleElement().satisfies(message -> {
            assertThat(message.line()).isEqualTo("POST /hook?token=hidden HTTP/1.1");
            assertThat(message.body()).isEqualTo(BODY);
            assertThat(message.headers())
                    .containsEntry("webhook-id", "alert-0-7-1")
                    .containsEntry("webhook-timestamp", "1700000000")
                    .containsEntry(
                            "webhook-signature",
                            WebhookSecret.parse(SECRET).signatures("alert-0-7-1", 1_700_000_000L, BODY))
                    .containsEntry("content-type", "application/json")
                    .containsEntry("host", "127.0.0.1:" + receiver.port());
        });
    }

    @Test
    void shouldNotFollow_whenRedirected() throws Exception {
        try (Receiver elsewhere = new Receiver()) {
            for (int status : new int[] {301, 302, 303, 307, 308}) {
                receiver.answers(Receiver.status(status, "location: " + elsewhere.url() + "\r\n"));
                assertThat(send()).as("%d", status).isEqualTo(Attempt.REFUSED);
            }
            assertThat(elsewhere.messages()).isEmpty();
        }
    }

    @Test
    void shouldTellRefusalsFromOutages_whenTheStatusSays() {
        receiver.answers(Receiver.status(204));
        assertThat(send()).isEqualTo(Attempt.DELIVERED);
        for (int status : new int[] {400, 401, 404, 410}) {
            receiver.answers(Receiver.status(status));
            assertThat(send()).as("%d", status).isEqualTo(Attempt.REFUSED);
        }
        for (int status : new int[] {408, 425, 429, 500, 503}) {
            receiver.answers(Receiver.status(status));
            assertThat(send()).as("%d", status).isEqualTo(Attempt.STATUS);
        }
    }

    @Test
    void shouldGiveUpInTime_whenTheReceiverHangs() {
        // It says nothing
        receiver.answers((message, out) -> await());
        assertThat(sendShortly()).isEqualTo(Attempt.TIMEOUT);

        // It says a little again and again
        receiver.answers((message, out) -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            while (end.getCount() > 0) {
                out.write("x: y\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                pause();
            }
        });
        assertThat(sendShortly()).isEqualTo(Attempt.TIMEOUT);
    }

    @Test
    void shouldNotReadTheBody_whenItHasNoEnd() {
        byte[] chunk = ("1000\r\n" + "x".repeat(0x1000) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        receiver.answers((message, out) -> {
            out.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (end.getCount() > 0) {
                out.write(chunk);
            }
        });

        assertThat(send()).isEqualTo(Attempt.DELIVERED);
    }

    @Test
    void shouldFail_whenTheReceiverClosesOrSpeaksNoHttp() {
        receiver.answers((message, out) -> out.close());
        assertThat(send()).isEqualTo(Attempt.CONNECTION);
        receiver.answers(Receiver.text("220 mail ready\r\n\r\n"));
        assertThat(send()).isEqualTo(Attempt.CONNECTION);
        receiver.answers(Receiver.text("HTTP/1.1 200 OK\r\nx: " + "y".repeat(20_000) + "\r\n\r\n"));
        assertThat(send()).isEqualTo(Attempt.CONNECTION);
        receiver.answers(Receiver.text("HTTP/1.1 200 OK\r\n" + "x: y\r\n".repeat(200) + "\r\n"));
        assertThat(send()).isEqualTo(Attempt.CONNECTION);
        assertThat(send("https://127.0.0.1:" + receiver.port() + "/", Duration.ofSeconds(30), true))
                .isEqualTo(Attempt.TLS);
    }

    @Test
    void shouldConnectToNothing_whenTheAddressIsPrivate() {
        for (String host : new String[] {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"}) {
            Attempt attempt = send("http://" + host + ":" + receiver.port() + "/", Duration.ofSeconds(30), false);
            assertThat(attempt).as(host).isEqualTo(Attempt.ADDRESS);
        }
        assertThat(receiver.messages()).isEmpty();
    }

    private void await() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pause() {
        try {
            boolean ended = end.await(20, TimeUnit.MILLISECONDS);
            assertThat(ended).isIn(true, false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
