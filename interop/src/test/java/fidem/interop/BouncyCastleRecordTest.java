package fidem.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.tsp.ArchiveTimeStamp;
import org.bouncycastle.asn1.tsp.ArchiveTimeStampChain;
import org.bouncycastle.asn1.tsp.ArchiveTimeStampSequence;
import org.bouncycastle.asn1.tsp.EvidenceRecord;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TimeStampToken;
import org.bouncycastle.tsp.ers.ERSByteData;
import org.bouncycastle.tsp.ers.ERSData;
import org.bouncycastle.tsp.ers.ERSDataGroup;
import org.bouncycastle.tsp.ers.ERSEvidenceRecord;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For each NAME.ers: the data objects are the files of the folder NAME.data. */
@EnabledIf("given")
class BouncyCastleRecordTest {

    private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

    /** Bouncy Castle looks for the data in the last chain alone, so each chain is made the last in turn. */
    @ParameterizedTest
    @MethodSource("records")
    void everyChainCoversTheData(Path file) throws Exception {
        List<ERSData> data = data(file);
        EvidenceRecord record = read(file);
        int chains = record.getArchiveTimeStampSequence().size();
        for (int count = 1; count <= chains; count++) {
            ERSEvidenceRecord part = new ERSEvidenceRecord(firstChains(record, count), digests());
            for (ERSData object : data) {
                part.validatePresent(object, new Date());
            }
            if (data.size() > 1) {
                part.validatePresent(new ERSDataGroup(data), new Date());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void lastTimeStampHolds(Path file) throws Exception {
        ERSEvidenceRecord record = new ERSEvidenceRecord(read(file), digests());
        record.validate(new JcaSimpleSignerInfoVerifierBuilder()
                .setProvider(PROVIDER)
                .build(record.getSigningCertificate()));
    }

    /** Bouncy Castle leaves the earlier signatures and the order of the times to its caller. */
    @ParameterizedTest
    @MethodSource("records")
    void everySignatureHoldsAndTimesFollowEachOther(Path file) throws Exception {
        List<Date> times = new ArrayList<>();
        for (TimeStampToken token : tokens(read(file))) {
            X509CertificateHolder signer =
                    (X509CertificateHolder) token.getCertificates().getMatches(token.getSID()).iterator().next();
            token.validate(new JcaSimpleSignerInfoVerifierBuilder().setProvider(PROVIDER).build(signer));
            times.add(token.getTimeStampInfo().getGenTime());
        }
        assertEquals(times.stream().sorted().toList(), times);
    }

    static boolean given() {
        return Folder.has("", "*.ers");
    }

    static List<Path> records() {
        return Folder.files("", "*.ers");
    }

    private static EvidenceRecord read(Path file) throws IOException {
        return EvidenceRecord.getInstance(Files.readAllBytes(file));
    }

    private static EvidenceRecord firstChains(EvidenceRecord record, int count) {
        ArchiveTimeStampChain[] chains = record.getArchiveTimeStampSequence().getArchiveTimeStampChains();
        ArchiveTimeStampSequence sequence = new ArchiveTimeStampSequence(Arrays.copyOf(chains, count));
        return new EvidenceRecord(record.getDigestAlgorithms(), null, null, sequence);
    }

    private static List<TimeStampToken> tokens(EvidenceRecord record) throws Exception {
        List<TimeStampToken> tokens = new ArrayList<>();
        for (ArchiveTimeStampChain chain : record.getArchiveTimeStampSequence().getArchiveTimeStampChains()) {
            for (ArchiveTimeStamp stamp : chain.getArchiveTimestamps()) {
                tokens.add(new TimeStampToken(stamp.getTimeStamp()));
            }
        }
        return tokens;
    }

    private static List<ERSData> data(Path file) throws IOException {
        String folder = file.getFileName().toString().replaceFirst("\\.ers$", ".data");
        List<ERSData> data = new ArrayList<>();
        for (Path object : Folder.files(folder, "*")) {
            data.add(new ERSByteData(Files.readAllBytes(object)));
        }
        assertFalse(data.isEmpty(), folder);
        return data;
    }

    private static DigestCalculatorProvider digests() throws Exception {
        return new JcaDigestCalculatorProviderBuilder().setProvider(PROVIDER).build();
    }
}
