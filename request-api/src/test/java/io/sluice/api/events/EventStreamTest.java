package io.sluice.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.api.http.StreamedBody;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One stream, to a page that is as slow as the test wants. */
final class EventStreamTest {
    private static final long END_MILLIS = 1_000;

    private final List<String> over = new ArrayList<>();
    private final EventStream stream = new EventStream(bytes("open"), END_MILLIS, ended -> over.add("over"));
    private final SlowPage page = new SlowPage();

    /** Takes one piece at a time, when it is told to. */
    private static final class SlowPage implements StreamedBody.Sink {
        private final List<String> taken = new ArrayList<>();
        private @Nullable Runnable next;
        private @Nullable Consumer<Throwable> failing;

        @Override
        public void send(byte[] piece, Runnable sent, Consumer<Throwable> failed) {
            assertThat(next).as("one piece at a time").isNull();
            taken.add(new String(piece, StandardCharsets.UTF_8));
            next = sent;
            failing = failed;
        }

        @Override
        public void end() {
            taken.add("end");
        }

        @Override
        public void fail(Throwable cause) {
            taken.add("fail");
        }

        void takes() {
            Runnable sent = next;
            next = null;
            assertThat(sent).isNotNull();
            sent.run();
        }

        void leaves() {
            assertThat(failing).isNotNull();
            failing.accept(new IllegalStateException("gone"));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldSendOnePieceAtATime_andPassOverWhatComesMeanwhile() {
        // Given
        stream.begin(page);

        // When
        stream.offer(bytes("missed"), 1);
        page.takes();
        stream.offer(bytes("second"), 2);
        page.takes();

        // Then
        assertThat(page.taken).containsExactly("open", "second");
        assertThat(over).isEmpty();
    }

    @Test
    void shouldGiveUp_whenThePageTakesNothing() {
        // Given
        stream.begin(page);

        // When
        for (int i = 0; i < 30; i++) {
            stream.offer(bytes("event"), 1);
        }

        // Then
        assertThat(page.taken).containsExactly("open", "fail");
        assertThat(over).containsExactly("over");
    }

    @Test
    void shouldEndAfterItsTime_whateverIsOffered() {
        // Given
        stream.begin(page);
        page.takes();

        // When
        stream.offer(bytes("late"), END_MILLIS);
        stream.offer(bytes("later"), END_MILLIS + 1);

        // Then
        assertThat(page.taken).containsExactly("open", "end");
        assertThat(over).containsExactly("over");
    }

    @Test
    void shouldEndAfterWhatIsOnItsWay_whenTheServerStops() {
        // Given
        stream.begin(page);

        // When
        stream.end();
        assertThat(page.taken).containsExactly("open");
        page.takes();

        // Then
        assertThat(page.taken).containsExactly("open", "end");
        assertThat(over).containsExactly("over");
    }

    @Test
    void shouldBeOver_whenNobodyListensAnyMore() {
        // Given
        stream.begin(page);

        // When
        page.leaves();
        stream.offer(bytes("event"), 1);
        stream.end();

        // Then
        assertThat(page.taken).containsExactly("open");
        assertThat(over).containsExactly("over");
    }

    @Test
    void shouldEndAtOnce_whenItWasEndedBeforeItBegan() {
        // Given
        stream.end();

        // When
        stream.begin(page);

        // Then
        assertThat(page.taken).containsExactly("end");
        assertThat(over).containsExactly("over");
    }

    @Test
    void shouldBeOver_whenItsTimeHasPassedAndItNeverBegan() {
        // When
        stream.offer(bytes("event"), END_MILLIS - 1);
        assertThat(over).isEmpty();
        stream.offer(bytes("event"), END_MILLIS);
        stream.offer(bytes("event"), END_MILLIS + 1);

        // Then
        assertThat(over).containsExactly("over");

        // And a page that comes too late is told so
        stream.begin(page);
        assertThat(page.taken).containsExactly("end");
    }
}
