package io.sluice.cli.admin;

import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;

/**
 * The two key pairs of a cluster in one directory, as PEM: what {@code openssl genpkey -algorithm ed25519} and {@code
 * openssl pkey -pubout} write.
 */
public record SigningKeyFiles(Path directory) {
    public Path rulesPrivate() {
        return directory.resolve("rules-private.pem");
    }

    public Path rulesPublic() {
        return directory.resolve("rules-public.pem");
    }

    public Path commandPrivate() {
        return directory.resolve("command-private.pem");
    }

    public Path commandPublic() {
        return directory.resolve("command-public.pem");
    }

    /** Whether any of the files is there. */
    public boolean exist() {
        return files().stream().anyMatch(Files::exists);
    }

    public List<Path> files() {
        return List.of(rulesPrivate(), rulesPublic(), commandPrivate(), commandPublic());
    }

    /** Makes both pairs; replaces nothing that is there. */
    public void create() throws CommandFailure {
        for (Path file : files()) {
            if (Files.exists(file)) {
                throw new CommandFailure(file + " is there (expected: a directory without keys, so that none is lost)");
            }
        }
        try {
            Files.createDirectories(directory);
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            write(generator.generateKeyPair(), rulesPrivate(), rulesPublic());
            write(generator.generateKeyPair(), commandPrivate(), commandPublic());
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(e.getMessage() + " is there already (expected: a directory without keys)", e);
        } catch (IOException e) {
            throw new CommandFailure("keys cannot be written to " + directory + ": " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform from 15 on has Ed25519", e);
        }
    }

    private static void write(KeyPair pair, Path privateFile, Path publicFile) throws IOException {
        write(privateFile, "rw-------", "PRIVATE KEY", pair.getPrivate().getEncoded());
        write(publicFile, "rw-r--r--", "PUBLIC KEY", pair.getPublic().getEncoded());
    }

    private static void write(Path file, String permissions, String label, byte[] der) throws IOException {
        // The permissions come with the file: no moment in which others can open it.
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)));
        Files.writeString(
                file,
                "-----BEGIN " + label + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label
                        + "-----\n");
    }
}
