package fidem.interop;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import eu.europa.esig.dss.detailedreport.jaxb.XmlBasicBuildingBlocks;
import eu.europa.esig.dss.detailedreport.jaxb.XmlConstraint;
import eu.europa.esig.dss.detailedreport.jaxb.XmlStatus;
import eu.europa.esig.dss.diagnostic.CertificateWrapper;
import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.enumerations.ASiCContainerType;
import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.validation.reports.Reports;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole and partial packages as DSS sees them. */
class PackageTest {

    private static final String DELIVERY = "META-INF/timestamp-delivery.tst";
    private static final String WHOLE = "demo.asice";
    private static final String EXHIBIT = "demo-exhibit.asice";
    private static final int AUTHORITIES = 2;
    private static final String NOT_ON_A_TRUSTED_LIST = "qualification error QUAL_CERT_TRUSTED_LIST_REACHED_ANS: "
            + "Unable to build a certificate chain up to a trusted list!";

    @ParameterizedTest
    @ValueSource(strings = {WHOLE, EXHIBIT})
    void isAnAsicEContainer(String name) throws Exception {
        DiagnosticData data = judge(name, Dss.Policy.WITHOUT_REVOCATION).getDiagnosticData();
        assertEquals(ASiCContainerType.ASiC_E, data.getContainerType());
        assertEquals("application/vnd.etsi.asic-e+zip", data.getMimetypeFileContent());
    }

    @ParameterizedTest
    @ValueSource(strings = {WHOLE, EXHIBIT})
    void everyTokenIsFoundAndPasses(String name) throws Exception {
        Reports reports = judge(name, Dss.Policy.WITHOUT_REVOCATION);
        assertEquals(membersEndingIn(name, ".tst"), filenames(reports));
        assertAll(Dss.tokens(reports).map(token -> () -> assertPasses(reports, token)));
    }

    @ParameterizedTest
    @ValueSource(strings = {WHOLE, EXHIBIT})
    void everySealHasATokenOfEachAuthority(String name) throws Exception {
        Reports reports = judge(name, Dss.Policy.WITHOUT_REVOCATION);
        Map<String, Set<String>> authorities = Dss.tokens(reports)
                .filter(token -> !token.getFilename().equals(DELIVERY))
                .collect(groupingBy(PackageTest::onlyReference, mapping(PackageTest::root, toSet())));
        assertEquals(membersEndingIn(name, "/seal.json"), authorities.keySet());
        authorities.forEach((seal, roots) -> assertEquals(AUTHORITIES, roots.size(), seal));
    }

    @Test
    void deliveryCoversEveryMember() throws Exception {
        TimestampWrapper delivery = Dss.tokens(judge(WHOLE, Dss.Policy.WITHOUT_REVOCATION))
                .filter(token -> token.getFilename().equals(DELIVERY))
                .findAny()
                .orElseThrow();
        Set<String> members = membersEndingIn(WHOLE, "");
        members.remove(DELIVERY);
        assertEquals(members, Dss.scope(delivery));
    }

    @ParameterizedTest
    @ValueSource(strings = {WHOLE, EXHIBIT})
    void formatAndDigestsPassEveryCheck(String name) throws Exception {
        Reports reports = judge(name, Dss.Policy.WITHOUT_REVOCATION);
        List<String> failed = Dss.tokens(reports)
                .flatMap(token -> failedChecks(reports, token))
                .toList();
        assertEquals(List.of(), failed);
    }

    @ParameterizedTest
    @ValueSource(strings = {WHOLE, EXHIBIT})
    void nothingElseIsSaidThanThatRevocationWasNotChecked(String name) throws Exception {
        assertComplaints(judge(name, Dss.Policy.WITHOUT_REVOCATION), List.of(
                "warning BBB_XCV_IRDCSFC_ANS: The revocation data check has been skipped for the certificate!",
                NOT_ON_A_TRUSTED_LIST));
    }

    @ParameterizedTest
    @ValueSource(strings = {WHOLE, EXHIBIT})
    void theDefaultPolicyPassesWithTheRevocationDataOfTheTokens(String name) throws Exception {
        Reports reports = judge(name, Dss.Policy.DEFAULT);
        Dss.tokens(reports).forEach(token -> assertPasses(reports, token));
        Dss.tokens(reports).forEach(token -> System.out.println(
                name + ", default policy: " + token.getFilename() + " " + Dss.indication(reports, token) + ", "
                        + reports.getSimpleReport().getSubIndication(token.getId())));
        assertComplaints(reports, List.of(NOT_ON_A_TRUSTED_LIST));
    }

    private static Reports judge(String name, Dss.Policy policy) throws Exception {
        return Dss.judge(new FileDocument(Folder.file(name).toFile()), policy);
    }

    private static Set<String> membersEndingIn(String name, String ending) throws Exception {
        Set<String> members = new HashSet<>(Members.read(Folder.file(name)).keySet());
        members.removeIf(member -> !member.endsWith(ending));
        return members;
    }

    private static Set<String> filenames(Reports reports) {
        return Dss.tokens(reports).map(TimestampWrapper::getFilename).collect(toSet());
    }

    private static void assertPasses(Reports reports, TimestampWrapper token) {
        assertTrue(token.isMessageImprintDataFound(), token.getFilename());
        assertTrue(token.isMessageImprintDataIntact(), token.getFilename());
        assertTrue(token.isSignatureIntact(), token.getFilename());
        assertEquals(Indication.PASSED, Dss.indication(reports, token), token.getFilename());
    }

    private static String onlyReference(TimestampWrapper token) {
        Set<String> scope = Dss.scope(token);
        scope.removeIf(member -> member.startsWith("META-INF/ASiCManifest"));
        assertEquals(1, scope.size(), token.getFilename());
        return scope.iterator().next();
    }

    private static String root(TimestampWrapper token) {
        List<CertificateWrapper> chain = token.getCertificateChain();
        return chain.get(chain.size() - 1).getId();
    }

    private static Stream<String> failedChecks(Reports reports, TimestampWrapper token) {
        XmlBasicBuildingBlocks blocks = reports.getDetailedReport().getBasicBuildingBlockById(token.getId());
        return Stream.concat(blocks.getFC().getConstraint().stream(), blocks.getCV().getConstraint().stream())
                .filter(check -> check.getStatus() != XmlStatus.OK)
                .map(check -> token.getFilename() + ": " + text(check));
    }

    private static String text(XmlConstraint check) {
        return check.getStatus() + " " + check.getName().getKey() + ": " + check.getName().getValue();
    }

    private static void assertComplaints(Reports reports, List<String> expected) {
        assertAll(Dss.tokens(reports).map(token -> () -> assertEquals(
                expected,
                Dss.complaints(reports.getSimpleReport(), token.getId()),
                token.getFilename())));
    }
}
