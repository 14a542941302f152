package io.sluice.testkit.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of a test. What it issues is good for servers and clients on this machine. */
public final class TestAuthority {
    private static final int SERIAL_BITS = 64;
    private static final int PEM_LINE = 64;
    private static final Duration PAST = Duration.ofHours(1);
    private static final Duration LONG = Duration.ofDays(365);

    private final KeyPair pair;
    private final X509Certificate certificate;

    private TestAuthority(KeyPair pair, X509Certificate certificate) {
        this.pair = pair;
        this.certificate = certificate;
    }

    /** The algorithm of a key. */
    public enum Algorithm {
        EC,
        RSA,
        ED25519
    }

    /** A new authority with a certificate that it signed itself. */
    public static TestAuthority create(String name) {
        try {
            KeyPair pair = keyPair(Algorithm.EC);
            X500Principal subject = new X500Principal("CN=" + name);
            JcaX509v3CertificateBuilder builder = builder(subject, subject, pair, LONG);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new TestAuthority(pair, signed(builder, pair));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("no certificate authority", e);
        }
    }

    /** A certificate with an elliptic key that is valid for a year. */
    public Issued issue(String commonName) {
        return issue(commonName, Algorithm.EC, LONG);
    }

    /**
     * A certificate for localhost and 127.0.0.1.
     *
     * @param validFor from now on; negative if it expired already
     */
    public Issued issue(String commonName, Algorithm algorithm, Duration validFor) {
        try {
            KeyPair own = keyPair(algorithm);
            JcaX509v3CertificateBuilder builder = builder(
                    certificate.getSubjectX500Principal(), new X500Principal("CN=" + commonName), own, validFor);
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            }));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
            }));
            return new Issued(
                    block("CERTIFICATE", signed(builder, pair).getEncoded()),
                    block("PRIVATE KEY", own.getPrivate().getEncoded()));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("no certificate for " + commonName, e);
        }
    }

    /** The authority's own certificate. */
    public String pem() {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes the authority's own certificate. */
    public Path writeTo(Path file) {
        return write(file, pem());
    }

    /** A certificate and its private key, both PEM. */
    public record Issued(String certificate, String key) {
        public Path writeCertificate(Path file) {
            return write(file, certificate);
        }

        public Path writeKey(Path file) {
            return write(file, key);
        }
    }

    private static Path write(Path file, String pem) {
        try {
            return Files.writeString(file, pem);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyPair keyPair(Algorithm algorithm) throws GeneralSecurityException {
        KeyPairGenerator generator =
                KeyPairGenerator.getInstance(algorithm == Algorithm.ED25519 ? "Ed25519" : algorithm.name());
        if (algorithm != Algorithm.ED25519) {
            generator.initialize(algorithm == Algorithm.EC ? 256 : 2_048);
        }
        return generator.generateKeyPair();
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Principal issuer, X500Principal subject, KeyPair own, Duration validFor) {
        Instant end = Instant.now().plus(validFor);
        Instant start = validFor.isNegative() ? end.minus(PAST) : Instant.now().minus(PAST);
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, new SecureRandom()),
                Date.from(start),
                Date.from(end),
                subject,
                own.getPublic());
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, KeyPair signer)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
    }

    private static String block(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(PEM_LINE, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label
                + "-----\n";
    }
}
