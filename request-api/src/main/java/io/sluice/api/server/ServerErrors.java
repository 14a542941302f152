package io.sluice.api.server;

import io.sluice.api.http.Problem;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * The error handler for errors that the server finds before any handler (a bad URI, too large fields). It answers
 * problems, for any method, and whatever types the caller accepts.
 */
public final class ServerErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        FixedFields.addTo(response.getHeaders());
        Object cause = request.getAttribute(ERROR_EXCEPTION);
        int status = cause instanceof HttpException bad ? bad.getCode() : response.getStatus();
        Exchange.write(Problem.ofStatus(status, detail(request, status, cause)), response, callback);
        return true;
    }

    /** The body must not show internal details. */
    private static String detail(Request request, int status, Object cause) {
        if (HttpStatus.isServerError(status) && !(cause instanceof HttpException)) {
            return "the request could not be answered";
        }
        Object message = cause instanceof HttpException bad ? bad.getReason() : request.getAttribute(ERROR_MESSAGE);
        return message == null ? HttpStatus.getMessage(status) : message.toString();
    }
}
