package io.sluice.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** One file of the console as it is sent: plain and compressed, both made once. */
public final class ConsoleFile {
    private static final String GZIP = "gzip";
    private static final int TAG_BYTES = 12;

    private final String path;
    private final String contentType;
    private final byte[] plain;
    private final byte[] compressed;
    private final String tag;

    ConsoleFile(String path, byte[] content) {
        this.path = path;
        this.contentType = contentType(path);
        this.plain = content;
        this.compressed = compressed(content);
        this.tag = HexFormat.of().formatHex(sha256(content), 0, TAG_BYTES);
    }

    /** Where it is, from the root of the server on. */
    public String path() {
        return path;
    }

    public String contentType() {
        return contentType;
    }

    /** What is sent to a browser that takes it compressed, or else plain. */
    public byte[] bytes(boolean inGzip) {
        return inGzip ? compressed : plain;
    }

    /** The quoted tag of these bytes. */
    public String etag(boolean inGzip) {
        return inGzip ? '"' + tag + "-gz\"" : '"' + tag + '"';
    }

    /** Whether a browser that has these tags has this file. */
    public boolean isKnownBy(@Nullable String ifNoneMatch) {
        return ifNoneMatch != null && ifNoneMatch.contains('"' + tag);
    }

    /** Whether a browser that says this takes gzip. */
    public static boolean isGzipTaken(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        for (String part : acceptEncoding.split(",")) {
            String coding = part.replace(" ", "");
            if (coding.equals(GZIP) || coding.startsWith(GZIP + ";") && !coding.matches("gzip;q=0(\\.0*)?")) {
                return true;
            }
        }
        return false;
    }

    static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] compressed(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static String contentType(String path) {
        String ending = path.substring(path.lastIndexOf('.') + 1);
        return switch (ending) {
            case "html" -> "text/html; charset=utf-8";
            case "css" -> "text/css; charset=utf-8";
            case "js" -> "text/javascript; charset=utf-8";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalArgumentException(path + " (expected: .html, .css, .js or .svg)");
        };
    }
}
