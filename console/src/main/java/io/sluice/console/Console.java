package io.sluice.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Every file of the console, in memory, and the fields that are sent with each.
 *
 * <p>{@code files.properties} lists them: what is not in it is not served, and what is in it has to be there at the
 * start. So no path of a request ever names a resource.
 */
public final class Console {
    /** Where the page is. */
    public static final String PATH = "/console";
    /** Where it is as well, for an issuer of tokens that sends people back. */
    public static final String SIGN_IN_PATH = PATH + "/sign-in";

    private static final String LIST = "files.properties";
    private static final String PAGE = "index.html";
    /** Nothing in it may end one part of the policy and begin another. */
    private static final Pattern ORIGIN = Pattern.compile("https?://([a-z0-9.-]+|\\[[0-9a-f:.]+])(:\\d{1,5})?");

    private static final Pattern IMPORT_MAP =
            Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

    private final ConsoleFile page;
    private final List<ConsoleFile> assets;
    private final String html;

    private Console(ConsoleFile page, List<ConsoleFile> assets) {
        this.page = page;
        this.assets = List.copyOf(assets);
        this.html = new String(page.bytes(/* inGzip= */ false), StandardCharsets.UTF_8);
    }

    /** Reads all files from the class path. */
    public static Console load() {
        Properties list = new Properties();
        try (InputStream resource = resource(LIST)) {
            list.load(resource);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<ConsoleFile> assets = new ArrayList<>();
        for (String name : new TreeSet<>(list.stringPropertyNames())) {
            assets.add(new ConsoleFile(PATH + "/assets/" + name, content(list.getProperty(name))));
        }
        return new Console(new ConsoleFile(PATH + "/" + PAGE, content("web/" + PAGE)), assets);
    }

    /** The one page. */
    public ConsoleFile page() {
        return page;
    }

    /** What the page loads. */
    public List<ConsoleFile> assets() {
        return assets;
    }

    /**
     * The fields of every answer: only files of this server run, nothing may frame the page, and no address of it is
     * told to others.
     */
    public Map<String, String> fields() {
        return fieldsWith(policy(html, "'self'"));
    }

    /**
     * The same for a page that may call the issuer of tokens as well.
     *
     * @param origin of the issuer: {@code https://issuer.example}
     */
    public Map<String, String> fields(String origin) {
        if (!ORIGIN.matcher(origin).matches()) {
            throw new IllegalArgumentException(origin + " (expected: scheme://host or scheme://host:port)");
        }
        return fieldsWith(policy(html, "'self' " + origin));
    }

    private static Map<String, String> fieldsWith(String policy) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("Content-Security-Policy", policy);
        fields.put("Referrer-Policy", "no-referrer");
        fields.put("X-Frame-Options", "DENY");
        fields.put("Cross-Origin-Opener-Policy", "same-origin");
        fields.put("Cross-Origin-Resource-Policy", "same-origin");
        fields.put("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
        fields.put("Cache-Control", "no-cache");
        fields.put("Vary", "Accept-Encoding");
        return Map.copyOf(fields);
    }

    /** The import map stands in the page, which no other file may do for it; so the policy has its hash. */
    private static String policy(String html, String callable) {
        Matcher map = IMPORT_MAP.matcher(html);
        if (!map.find()) {
            throw new IllegalStateException(PAGE + " has no import map");
        }
        String hash = Base64.getEncoder()
                .encodeToString(ConsoleFile.sha256(map.group(1).getBytes(StandardCharsets.UTF_8)));
        return "default-src 'none'; script-src 'self' 'sha256-" + hash + "'; style-src 'self'; img-src 'self';"
                + " connect-src " + callable + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    private static byte[] content(String name) {
        try (InputStream resource = resource(name)) {
            return resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A resource beside this class, or one of a library if its name begins with a slash. */
    private static InputStream resource(String name) {
        InputStream resource = Console.class.getResourceAsStream(name);
        if (resource == null) {
            throw new IllegalStateException(name + " is missing from the class path");
        }
        return resource;
    }
}
