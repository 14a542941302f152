package io.sluice.streams.ops;

import io.sluice.tls.ServerTls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One HTTP response of the probe server. */
record ProbeResponse(int status, String contentType, byte[] content, Map<String, String> headers) {
    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
    private static final Map<Integer, String> REASONS = Map.of(
            200, "OK",
            400, "Bad Request",
            404, "Not Found",
            405, "Method Not Allowed",
            431, "Request Header Fields Too Large",
            500, "Server Error",
            503, "Service Unavailable");

    /** An app's status, in the words for well and for unwell. */
    static ProbeResponse status(ProbeAnswer answer, String well, String unwell) {
        String text = "{\"status\":\"" + (answer.ok() ? well : unwell) + "\"" + member(answer.detail()) + "}";
        return new ProbeResponse(answer.ok() ? 200 : 503, JSON, utf8(text), Map.of());
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replaceAll("\\p{Cntrl}", " ");
    }

    static ProbeResponse metrics(String text) {
        return new ProbeResponse(200, METRICS, utf8(text), Map.of());
    }

    /** Something is wrong, and the status says all of it (RFC 9457). */
    static ProbeResponse problem(int status, Map<String, String> headers) {
        return problem(status, "", headers);
    }

    private static ProbeResponse problem(int status, String detail, Map<String, String> headers) {
        String text = "{\"type\":\"about:blank\",\"title\":\"" + REASONS.get(status) + "\",\"status\":" + status
                + member(detail) + "}";
        return new ProbeResponse(status, PROBLEM, utf8(text), headers);
    }

    /** The detail as one more member; nothing for none. */
    private static String member(String detail) {
        return detail.isEmpty() ? "" : ",\"detail\":\"" + escaped(detail) + "\"";
    }

    /** For a caller without TLS on a port with TLS. */
    static ProbeResponse withoutTls() {
        return problem(400, ServerTls.WITHOUT_TLS, Map.of());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The bytes to send; a HEAD request gets no content. */
    ByteBuffer bytes(boolean hasContent) {
        StringBuilder head = new StringBuilder(256)
                .append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(REASONS.get(status))
                .append("\r\nContent-Type: ")
                .append(contentType)
                .append("\r\nContent-Length: ")
                .append(content.length)
                .append("\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nConnection: close\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(start.length + (hasContent ? content.length : 0))
                .put(start);
        return (hasContent ? bytes.put(content) : bytes).flip();
    }
}
