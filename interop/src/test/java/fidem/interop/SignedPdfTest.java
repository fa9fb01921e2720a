package fidem.interop;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.SignatureWrapper;
import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.InMemoryDocument;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.validation.reports.Reports;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signed certificates as DSS sees them: level, number of signatures, and the verdict under its default policy. */
class SignedPdfTest {

    @ParameterizedTest
    @CsvSource({
        "b-lt.pdf, 1, PAdES_BASELINE_LT",
        "b-lta.pdf, 1, PAdES_BASELINE_LTA",
        "b-lta-renewed.pdf, 1, PAdES_BASELINE_LTA",
        "three-b-lta.pdf, 3, PAdES_BASELINE_LTA",
        "office-b-lta.pdf, 3, PAdES_BASELINE_LTA",
        "office-b-lta-renewed.pdf, 3, PAdES_BASELINE_LTA"
    })
    void isTotalPassed(String name, int signatures, SignatureLevel level) throws Exception {
        assumeTrue(Folder.has("signed", name));
        Reports reports = Dss.judge(new FileDocument(Folder.file("signed/" + name).toFile()), Dss.Policy.DEFAULT);
        SimpleReport report = reports.getSimpleReport();
        assertEquals(signatures, report.getSignatureIdList().size());
        assertAll(report.getSignatureIdList().stream().map(id -> () -> {
            System.out.println(name + ": " + report.getSignedBy(id) + " " + report.getSignatureFormat(id) + " "
                    + report.getIndication(id) + " " + report.getSubIndication(id) + " "
                    + Dss.complaints(report, id));
            assertEquals(Indication.TOTAL_PASSED, report.getIndication(id), () -> "" + Dss.complaints(report, id));
            assertEquals(level, report.getSignatureFormat(id));
        }));
        assertAll(Dss.tokens(reports).map(token -> () ->
                assertEquals(Indication.PASSED, Dss.indication(reports, token), token.getId())));
    }

    @ParameterizedTest
    @CsvSource({"b-b.pdf, PAdES_BASELINE_B", "b-t.pdf, PAdES_BASELINE_T"})
    void isIntactAndOfItsLevel(String name, SignatureLevel level) throws Exception {
        assumeTrue(Folder.has("signed", name));
        Reports reports = Dss.judge(
                new FileDocument(Folder.file("signed/" + name).toFile()), Dss.Policy.WITHOUT_REVOCATION);
        DiagnosticData data = reports.getDiagnosticData();
        SignatureWrapper signature = data.getSignatures().get(0);
        assertTrue(signature.isSignatureIntact() && signature.isSignatureValid());
        assertTrue(signature.arePdfModificationsDetected() == false, "modifications");
        assertEquals(level, signature.getSignatureFormat());
    }

    @Test
    void anAlteredOctetFails() throws Exception {
        assumeTrue(Folder.has("signed", "b-lta.pdf"));
        byte[] bytes = Files.readAllBytes(Folder.file("signed/b-lta.pdf"));
        bytes[2000] ^= 1;
        Reports reports = Dss.judge(new InMemoryDocument(bytes), Dss.Policy.DEFAULT);
        SimpleReport report = reports.getSimpleReport();
        report.getSignatureIdList().forEach(id ->
                assertEquals(Indication.TOTAL_FAILED, report.getIndication(id)));
        assertFalse(report.getSignatureIdList().isEmpty());
    }
}
