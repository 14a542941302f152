package io.sluice.tls;

import io.sluice.schemas.control.Pem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;

/**
 * The content of one PEM file at the time it was read.
 *
 * @param name what it is, for messages
 */
record PemFile(String name, Path path, String text) {
    static final int BYTES_MAX = 1 << 20;

    private static final String[] KEY_ALGORITHMS = {"EC", "RSA", "Ed25519", "Ed448"};

    static PemFile read(String name, Path path) throws TlsException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new TlsException(
                        name + ": file " + path + " is too large (expected: at most " + BYTES_MAX + " bytes of PEM)");
            }
            return new PemFile(name, path, new String(bytes, StandardCharsets.US_ASCII));
        } catch (NoSuchFileException e) {
            throw new TlsException(name + ": file " + path + " is missing", e);
        } catch (IOException e) {
            throw new TlsException(name + ": file " + path + " cannot be read: " + e.getMessage(), e);
        }
    }

    private TlsException wrong(String what) {
        return new TlsException(name + ": file " + path + ": " + what);
    }

    private List<Pem.Block> blocks() throws TlsException {
        try {
            return Pem.blocks(name + ": file " + path, text);
        } catch (IllegalArgumentException e) {
            throw new TlsException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The certificates in their order, one or more; other blocks are skipped. */
    List<X509Certificate> certificates() throws TlsException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Pem.Block block : blocks()) {
            if (block.label().equals(Pem.CERTIFICATE)) {
                certificates.add(certificate(block, certificates.size() + 1));
            }
        }
        if (certificates.isEmpty()) {
            throw wrong("no certificate (expected: PEM with BEGIN CERTIFICATE)");
        }
        return certificates;
    }

    private X509Certificate certificate(Pem.Block block, int number) throws TlsException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(block.der()));
        } catch (CertificateException e) {
            throw new TlsException(name + ": file " + path + ": certificate " + number + " cannot be read", e);
        }
    }

    /** The only private key; certificates and parameters beside it are skipped. */
    PrivateKey privateKey() throws TlsException {
        List<Pem.Block> keys = blocks().stream()
                .filter(block -> block.label().endsWith(Pem.PRIVATE_KEY))
                .toList();
        if (keys.size() != 1) {
            throw wrong(keys.size() + " private keys (expected: one, PEM with BEGIN PRIVATE KEY)");
        }
        Pem.Block block = keys.get(0);
        if (!block.label().equals(Pem.PRIVATE_KEY)) {
            throw wrong(block.label() + " (expected: PRIVATE KEY, which is PKCS#8 without a password; convert it:"
                    + " openssl pkcs8 -topk8 -nocrypt)");
        }
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(block.der()));
            } catch (GeneralSecurityException e) {
                // Of another algorithm, most likely. What the cause says may quote secret bytes.
                continue;
            }
        }
        throw wrong("not a key that Java can read (expected: EC, RSA, Ed25519 or Ed448)");
    }
}
