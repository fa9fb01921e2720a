package fidem.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.esf.RevocationValues;
import org.bouncycastle.asn1.ocsp.BasicOCSPResponse;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures beside a file: under SM2, which OpenSSL verifies only in parts, and what travels in one. */
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

    /** What a responder said of the signer (RFC 5126 §6.3.4), which no other structure of GB/T 35275 can hold. */
    @Test
    void responsesTravelUnsigned() throws Exception {
        assumeTrue(Folder.has("signed", "document-ocsp.p7s"));
        CMSSignedData data = new CMSSignedData(Files.readAllBytes(Folder.file("signed/document-ocsp.p7s")));
        SignerInformation signer = data.getSignerInfos().iterator().next();
        Attribute attribute = signer.getUnsignedAttributes().get(PKCSObjectIdentifiers.id_aa_ets_revocationValues);
        RevocationValues values = RevocationValues.getInstance(attribute.getAttrValues().getObjectAt(0));
        BasicOCSPResponse[] responses = values.getOcspVals();
        assertEquals(1, responses.length);
        SingleResp single = new BasicOCSPResp(responses[0]).getResponses()[0];
        assertEquals(CertificateStatus.GOOD, single.getCertStatus());
        assertEquals(signer.getSID().getSerialNumber(), single.getCertID().getSerialNumber());
        assertEquals(1, data.getCRLs().getMatches(null).size());
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
