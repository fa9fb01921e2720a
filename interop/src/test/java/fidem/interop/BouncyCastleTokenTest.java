package fidem.interop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import org.bouncycastle.asn1.cmp.PKIStatus;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For each tokens/NAME.tst (a token) or NAME.tsr (a response): the data NAME.data, the signer NAME.cert.der. */
@EnabledIf("given")
class BouncyCastleTokenTest {

    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    @ParameterizedTest
    @MethodSource("tokens")
    void signatureHoldsAndImprintIsOfTheData(Path file) throws Exception {
        TimeStampToken token = token(file);
        token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider(PROVIDER).build(certificate(file)));
        String algorithm = token.getTimeStampInfo().getMessageImprintAlgOID().getId();
        byte[] digest = MessageDigest.getInstance(algorithm, PROVIDER)
                .digest(Files.readAllBytes(sibling(file, ".data")));
        assertArrayEquals(digest, token.getTimeStampInfo().getMessageImprintDigest());
    }

    static boolean given() {
        return Folder.has("tokens", "*.{tst,tsr}");
    }

    static List<Path> tokens() {
        return Folder.files("tokens", "*.{tst,tsr}");
    }

    private static TimeStampToken token(Path file) throws Exception {
        byte[] octets = Files.readAllBytes(file);
        if (file.toString().endsWith(".tst")) {
            return new TimeStampToken(new CMSSignedData(octets));
        }
        TimeStampResponse response = new TimeStampResponse(octets);
        assertEquals(PKIStatus.GRANTED, response.getStatus());
        return response.getTimeStampToken();
    }

    private static X509CertificateHolder certificate(Path file) throws IOException {
        return new X509CertificateHolder(Files.readAllBytes(sibling(file, ".cert.der")));
    }

    private static Path sibling(Path file, String ending) {
        return file.resolveSibling(file.getFileName().toString().replaceFirst("\\.[^.]+$", ending));
    }
}
