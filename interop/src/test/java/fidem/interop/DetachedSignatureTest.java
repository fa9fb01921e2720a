package fidem.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The SM2 signature beside a file, which OpenSSL verifies only in parts. */
class DetachedSignatureTest {

    /** GB/T 35275: data. */
    private static final ASN1ObjectIdentifier DATA = new ASN1ObjectIdentifier("1.2.156.10197.6.1.4.2.1");

    @ParameterizedTest
    @ValueSource(strings = {"sm2", "document-sm2"})
    void sm2WithSm3(String name) throws Exception {
        assumeTrue(Folder.has("signed", name + ".p7s"));
        byte[] content = Files.readAllBytes(Folder.file("signed/" + name + ".content"));
        byte[] signature = Files.readAllBytes(Folder.file("signed/" + name + ".p7s"));
        assertTrue(verifies(content, signature));
        content[5] ^= 1;
        assertThrows(CMSException.class, () -> verifies(content, signature));
    }

    private static boolean verifies(byte[] content, byte[] signature) throws Exception {
        CMSSignedData data = new CMSSignedData(new CMSProcessableByteArray(DATA, content), signature);
        SignerInformation signer = data.getSignerInfos().iterator().next();
        assertEquals("1.2.156.10197.1.501", signer.getEncryptionAlgOID());
        X509CertificateHolder certificate =
                (X509CertificateHolder) data.getCertificates().getMatches(signer.getSID()).iterator().next();
        return signer.verify(new JcaSimpleSignerInfoVerifierBuilder()
                .setProvider(new BouncyCastleProvider())
                .build(certificate));
    }
}
