package io.sluice.api.http;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Tells errors that the server finds before any handler does (a bad URI, fields that are too large) as problems. */
public final class ServerErrors extends ErrorHandler {
    @Override
    protected boolean generateAcceptableResponse(
            Request request,
            Response response,
            Callback callback,
            String contentType,
            List<Charset> charsets,
            int code,
            @Nullable String message,
            @Nullable Throwable cause) {
        Problem problem = Problem.ofStatus(code);
        HttpAnswer answer = problem.answer(message == null ? "" : message);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        response.write(/* last= */ true, ByteBuffer.wrap(answer.body().bytes()), callback);
        return true;
    }
}
