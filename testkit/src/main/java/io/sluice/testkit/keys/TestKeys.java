package io.sluice.testkit.keys;

import io.sluice.schemas.control.SigningKey;
import io.sluice.schemas.control.TrustedKeys;
import io.sluice.schemas.control.VerifyingKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The key pairs of every test cluster, the same in every process; they are published here, so they protect nothing. */
public final class TestKeys {
    private static final String RULES_DER = "MC4CAQAwBQYDK2VwBCIEIKy4LfAO27+n/1krTrxc8TiCY+CLYKYgwIcKEVSc80Bi";
    private static final String RULES_PUBLIC_DER = "MCowBQYDK2VwAyEA0ii6hd5KEHslgK+FlgpDtNOF9OYJaaTqhiIZuFGAwE4=";
    private static final String COMMANDS_DER = "MC4CAQAwBQYDK2VwBCIEID9AYPc/xtnogq5Wuqk5jo87WGzEL5obEuOOmgiTMuOC";
    private static final String COMMANDS_PUBLIC_DER = "MCowBQYDK2VwAyEACIiQJNGdeNOOqUc7o1Hx6PI5Ypre20epQozoD0FQlAk=";
    private static final String STRANGER_DER = "MC4CAQAwBQYDK2VwBCIEIIwU5bhpXWc7yL1Da6nqPTltqe93+i/CUfAFZ53cGZPC";

    /** Signs rulesets and entries of the audit trail. */
    public static final SigningKey RULES = SigningKey.ofPem(pem("PRIVATE", RULES_DER));
    /** Signs commands. */
    public static final SigningKey COMMANDS = SigningKey.ofPem(pem("PRIVATE", COMMANDS_DER));
    /** Signs what no server trusts. */
    public static final SigningKey UNAUTHENTICATED = SigningKey.ofPem(pem("PRIVATE", STRANGER_DER));

    public static final VerifyingKeys RULES_PUBLIC = VerifyingKeys.ofPem(pem("PUBLIC", RULES_PUBLIC_DER));
    public static final VerifyingKeys COMMANDS_PUBLIC = VerifyingKeys.ofPem(pem("PUBLIC", COMMANDS_PUBLIC_DER));
    public static final TrustedKeys TRUSTED = new TrustedKeys(RULES_PUBLIC, COMMANDS_PUBLIC);

    private TestKeys() {}

    private static String pem(String half, String der) {
        return "-----BEGIN " + half + " KEY-----\n" + der + "\n-----END " + half + " KEY-----\n";
    }

    /** Writes the files that servers are started with, and returns their paths by the variables that name them. */
    public static Map<String, String> writeTo(Path directory) {
        return Map.of(
                "SLUICE_RULES_KEY_FILE", written(directory, "rules-private.pem", pem("PRIVATE", RULES_DER)),
                "SLUICE_RULES_PUBLIC_KEY_FILE", written(directory, "rules-public.pem", pem("PUBLIC", RULES_PUBLIC_DER)),
                "SLUICE_COMMAND_KEY_FILE", written(directory, "command-private.pem", pem("PRIVATE", COMMANDS_DER)),
                "SLUICE_COMMAND_PUBLIC_KEY_FILE",
                        written(directory, "command-public.pem", pem("PUBLIC", COMMANDS_PUBLIC_DER)));
    }

    /** The keys that a cluster trusts whose key files, named as those of {@link #writeTo}, are in a directory. */
    public static TrustedKeys trustedIn(Path directory) {
        return new TrustedKeys(
                VerifyingKeys.ofPem(text(directory.resolve("rules-public.pem"))),
                VerifyingKeys.ofPem(text(directory.resolve("command-public.pem"))));
    }

    /** The key that signs rulesets in a cluster whose key files are in a directory. */
    public static SigningKey rulesIn(Path directory) {
        return SigningKey.ofPem(text(directory.resolve("rules-private.pem")));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("key file " + file, e);
        }
    }

    private static String written(Path directory, String name, String pem) {
        try {
            Files.createDirectories(directory);
            return Files.writeString(directory.resolve(name), pem).toString();
        } catch (IOException e) {
            throw new UncheckedIOException("test keys in " + directory, e);
        }
    }
}
