package io.sluice.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** The conversion of PEM files into the key and trust managers of the JDK. */
final class KeyStores {
    /** The stores never leave the memory that already holds the key. */
    private static final char[] NO_PASSWORD = new char[0];

    private static final byte[] PROBE = {1};

    private KeyStores() {}

    /** The key managers of one certificate chain; refuses a key that is not the certificate's, and a wrong order. */
    static KeyManager[] keyManagers(PemFile certificateFile, PemFile keyFile)
            throws TlsException, GeneralSecurityException {
        List<X509Certificate> chain = certificateFile.certificates();
        requireOrder(certificateFile, chain);
        PrivateKey key = keyFile.privateKey();
        if (!belongTogether(key, chain.get(0).getPublicKey())) {
            throw new TlsException(keyFile.name() + ": file " + keyFile.path()
                    + " does not belong to the certificate in " + certificateFile.path()
                    + " (expected: the private key of " + nameOf(chain.get(0)) + ")");
        }
        KeyStore store = empty();
        store.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    private static void requireOrder(PemFile file, List<X509Certificate> chain) throws TlsException {
        for (int i = 1; i < chain.size(); i++) {
            if (!chain.get(i - 1).getIssuerX500Principal().equals(chain.get(i).getSubjectX500Principal())) {
                throw new TlsException(file.name() + ": file " + file.path() + ": certificate " + (i + 1) + " ("
                        + nameOf(chain.get(i)) + ") did not issue certificate " + i
                        + " (expected: the port's own certificate first, then its issuers in their order)");
            }
        }
    }

    private static boolean belongTogether(PrivateKey key, PublicKey publicKey) throws GeneralSecurityException {
        if (!key.getAlgorithm().equals(publicKey.getAlgorithm())) {
            return false;
        }
        Signature signature = Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                });
        try {
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (InvalidKeyException | SignatureException e) {
            // Of another curve or another length.
            return false;
        }
    }

    static String nameOf(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    /** The trust managers of these authorities, and of no others. */
    static TrustManager[] trustManagers(PemFile authorities) throws TlsException, GeneralSecurityException {
        KeyStore store = empty();
        int number = 0;
        for (X509Certificate authority : authorities.certificates()) {
            store.setCertificateEntry("authority-" + number++, authority);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static KeyStore empty() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, NO_PASSWORD);
            return store;
        } catch (IOException e) {
            throw new IllegalStateException("an empty key store reads nothing", e);
        }
    }
}
