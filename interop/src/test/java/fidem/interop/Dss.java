package fidem.interop;

import static java.util.stream.Collectors.toSet;

import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.diagnostic.jaxb.XmlSignatureScope;
import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.jaxb.object.Message;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.x509.CertificateToken;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.stream.StreamResult;
import javax.xml.transform.stream.StreamSource;

/** EU DSS as a judge: with the roots of the folder alone and without any network. */
final class Dss {

    enum Policy {
        DEFAULT,
        /** See policy.xsl. */
        WITHOUT_REVOCATION
    }

    private static final String DEFAULT_POLICY = "/policy/constraint.xml";

    private Dss() {}

    static Reports judge(DSSDocument document, Policy policy) throws Exception {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        verifier.setTrustedCertSources(roots());
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(document);
        validator.setCertificateVerifier(verifier);
        try (InputStream rules = policy == Policy.DEFAULT ? resource(DEFAULT_POLICY) : withoutRevocation()) {
            return validator.validateDocument(rules);
        }
    }

    static Indication indication(Reports reports, TimestampWrapper token) {
        return reports.getSimpleReport().getIndication(token.getId());
    }

    static Stream<TimestampWrapper> tokens(Reports reports) {
        return reports.getDiagnosticData().getTimestampList().stream();
    }

    /** What a token stamps: its manifest and all that the manifest references. */
    static Set<String> scope(TimestampWrapper token) {
        return token.getTimestampScopes().stream().map(XmlSignatureScope::getName).collect(toSet());
    }

    /** All that DSS has to say against or about a time-stamp or an evidence record. */
    static List<String> complaints(SimpleReport report, String id) {
        List<String> lines = new ArrayList<>();
        add(lines, "error", report.getAdESValidationErrors(id));
        add(lines, "warning", report.getAdESValidationWarnings(id));
        add(lines, "info", report.getAdESValidationInfo(id));
        add(lines, "qualification error", report.getQualificationErrors(id));
        add(lines, "qualification warning", report.getQualificationWarnings(id));
        add(lines, "qualification info", report.getQualificationInfo(id));
        return lines;
    }

    private static void add(List<String> lines, String level, List<Message> messages) {
        messages.forEach(message -> lines.add(level + " " + message.getKey() + ": " + message.getValue()));
    }

    private static CommonTrustedCertificateSource roots() throws IOException, CertificateException {
        CommonTrustedCertificateSource roots = new CommonTrustedCertificateSource();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Path> files = new ArrayList<>(Folder.files("", "*-trust.pem"));
        files.addAll(Folder.files("signed", "*-trust.pem"));
        for (Path file : files) {
            try (InputStream in = Files.newInputStream(file)) {
                for (Certificate root : factory.generateCertificates(in)) {
                    roots.addCertificate(new CertificateToken((X509Certificate) root));
                }
            }
        }
        return roots;
    }

    private static InputStream withoutRevocation() throws IOException, TransformerException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (InputStream sheet = resource("/policy.xsl"); InputStream rules = resource(DEFAULT_POLICY)) {
            TransformerFactory.newInstance()
                    .newTransformer(new StreamSource(sheet))
                    .transform(new StreamSource(rules), new StreamResult(out));
        }
        return new ByteArrayInputStream(out.toByteArray());
    }

    private static InputStream resource(String name) {
        return Dss.class.getResourceAsStream(name);
    }
}
