package io.sluice.api.direct;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** When a request ends that a servlet answers: never before the servlet is done with it. */
final class MemoryResponseTest {
    private final List<String> ends = new ArrayList<>();
    private final List<Callback> writes = new ArrayList<>();
    private final Callback callback =
            Callback.from(() -> ends.add("succeeded"), failure -> ends.add(String.valueOf(failure.getMessage())));
    private final MemoryResponse response =
            new MemoryResponse(fake(Request.class, List.of()), fake(Response.class, writes), callback);

    /** Takes writes, and leaves it to the test how they end. */
    private static <T> T fake(Class<T> type, List<Callback> writes) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            if (method.getName().equals("write")) {
                writes.add((Callback) given[2]);
            }
            return null;
        }));
    }

    @Test
    void shouldEndAfterTheServlet_whenTheCallerIsGone() {
        // Given
        Callback handled = response.handled();
        response.write(true, ByteBuffer.allocate(3), Callback.NOOP);

        // When
        writes.get(0).failed(new EOFException("gone"));

        // Then
        assertThat(ends).isEmpty();

        // When
        handled.succeeded();

        // Then
        assertThat(ends).containsExactly("gone");
    }

    @Test
    void shouldEndAfterTheWrite_whenTheServletIsDoneFirst() {
        // Given
        Callback handled = response.handled();
        response.write(true, ByteBuffer.allocate(3), Callback.NOOP);

        // When
        handled.succeeded();

        // Then
        assertThat(ends).isEmpty();

        // When
        writes.get(0).succeeded();

        // Then
        assertThat(ends).containsExactly("succeeded");
    }

    @Test
    void shouldEndAtOnce_whenTheServletFailsBeforeItWrites() {
        // When
        response.handled().failed(new IllegalStateException("broken"));

        // Then
        assertThat(ends).containsExactly("broken");
    }
}
