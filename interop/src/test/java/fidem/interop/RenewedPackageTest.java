package fidem.interop;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.EvidenceRecordWrapper;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.diagnostic.jaxb.XmlDigestMatcher;
import eu.europa.esig.dss.enumerations.DigestMatcherType;
import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.validation.reports.Reports;
import java.nio.file.Path;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packages renewed by evidence records (RFC 4998) as DSS sees them. */
@EnabledIf("given")
class RenewedPackageTest {

    /** A record covers a seal with its tokens for ever, not the instructions beside it, which each delivery replaces. */
    private static final List<String> COMPANIONS = List.of("warning BBB_FC_ISFP_ASTFORAMC_ANS: Not all signed and/or"
            + " time-asserted file objects referenced from previous signature, time-stamp or manifest files have been"
            + " covered!");

    @ParameterizedTest
    @MethodSource("packages")
    void everyRecordIsFoundAndPasses(Path file) throws Exception {
        Reports reports = judge(file);
        Set<String> members = new HashSet<>(Members.read(file).keySet());
        members.removeIf(member -> !member.endsWith(".ers"));
        assertEquals(members, records(reports).map(EvidenceRecordWrapper::getFilename).collect(toSet()));
        assertFalse(members.isEmpty());
        records(reports).forEach(record -> {
            assertEquals(Indication.PASSED, reports.getSimpleReport().getIndication(record.getId()));
            assertEquals(COMPANIONS, Dss.complaints(reports.getSimpleReport(), record.getId()));
        });
    }

    /** Members of the same content go by the name of the first, so names are not compared one by one. */
    @ParameterizedTest
    @MethodSource("packages")
    void everyRecordCoversWhatItsManifestReferences(Path file) throws Exception {
        DiagnosticData data = judge(file).getDiagnosticData();
        data.getEvidenceRecords().forEach(record -> {
            List<String> entries = data.getManifestFileForFilename(record.getFilename()).getEntries();
            assertEquals(entries.size(), record.getDigestMatchers().size());
            record.getDigestMatchers().forEach(object -> {
                assertEquals(DigestMatcherType.EVIDENCE_RECORD_ARCHIVE_OBJECT, object.getType());
                assertTrue(entries.contains(object.getDocumentName()), object.getDocumentName());
                assertIntact(object);
            });
        });
    }

    /** A renewal may hold the hashes of all earlier tokens of its chain; DSS knows the one before it and no other. */
    @ParameterizedTest
    @MethodSource("packages")
    void everyTimeStampOfARecordPasses(Path file) throws Exception {
        Reports reports = judge(file);
        records(reports).flatMap(record -> record.getTimestampList().stream()).forEach(token -> {
            assertEquals(Indication.PASSED, Dss.indication(reports, token));
            token.getDigestMatchers().stream()
                    .filter(matcher -> matcher.getType() != DigestMatcherType.EVIDENCE_RECORD_ORPHAN_REFERENCE)
                    .forEach(RenewedPackageTest::assertIntact);
        });
    }

    /** DSS passes a record whose time-stamps go back in time, so their order is judged here. */
    @ParameterizedTest
    @MethodSource("packages")
    void timeStampsOfARecordFollowEachOther(Path file) throws Exception {
        records(judge(file)).forEach(record -> {
            List<Date> times = record.getTimestampList().stream().map(TimestampWrapper::getProductionTime).toList();
            assertEquals(times.stream().sorted().toList(), times);
        });
    }

    @ParameterizedTest
    @MethodSource("packages")
    void everyTokenOfThePackagePasses(Path file) throws Exception {
        Reports reports = judge(file);
        assertAll(Dss.tokens(reports).map(token -> () -> assertEquals(
                Indication.PASSED, Dss.indication(reports, token), token.getFilename())));
    }

    static boolean given() {
        return Folder.has("", "*renewed*.asice");
    }

    static List<Path> packages() {
        return Folder.files("", "*renewed*.asice");
    }

    private static Reports judge(Path file) throws Exception {
        return Dss.judge(new FileDocument(file.toFile()), Dss.Policy.WITHOUT_REVOCATION);
    }

    private static Stream<EvidenceRecordWrapper> records(Reports reports) {
        return reports.getDiagnosticData().getEvidenceRecords().stream();
    }

    private static void assertIntact(XmlDigestMatcher matcher) {
        assertTrue(matcher.isDataFound(), matcher.getDocumentName());
        assertTrue(matcher.isDataIntact(), matcher.getDocumentName());
    }
}
