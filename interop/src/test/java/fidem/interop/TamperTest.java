package fidem.interop;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.enumerations.Indication;
import eu.europa.esig.dss.enumerations.MimeTypeEnum;
import eu.europa.esig.dss.model.InMemoryDocument;
import eu.europa.esig.dss.validation.reports.Reports;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** DSS must not pass the tokens that stamp what was altered, and must pass the others. */
class TamperTest {

    /** Makes a space of the line end that closes a manifest, so that it stays well-formed. */
    private static final int CHANGE = '\n' ^ ' ';

    @Test
    void repackedWithoutChangeEveryTokenPasses() throws Exception {
        Map<String, byte[]> members = members();
        Set<String> tokens = names(members, "META-INF/timestamp.*").collect(toSet());
        assertEquals(tokens, passed(judge(members)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "seals/001/seal\\.json",
        "evidence/.+",
        "META-INF/timestamp001\\.tst",
        "META-INF/ASiCManifest001\\.xml",
        "META-INF/timestamp-delivery\\.tst",
        "META-INF/ASiC.*Manifest(-delivery)?\\.xml"
    })
    void oneAlteredByteIsSeen(String pattern) throws Exception {
        Map<String, byte[]> members = members();
        String member = names(members, pattern).findFirst().orElseThrow();
        Set<String> others = unconcerned(judge(members), member);
        byte[] octets = members.get(member);
        octets[octets.length - 1] ^= CHANGE;
        assertEquals(others, passed(judge(members)), member);
    }

    private static Map<String, byte[]> members() throws IOException {
        return Members.read(Folder.file("demo.asice"));
    }

    private static Stream<String> names(Map<String, byte[]> members, String pattern) {
        return members.keySet().stream().filter(name -> name.matches(pattern));
    }

    private static Reports judge(Map<String, byte[]> members) throws Exception {
        InMemoryDocument document = new InMemoryDocument(Members.write(members), "demo.asice", MimeTypeEnum.ASICE);
        return Dss.judge(document, Dss.Policy.WITHOUT_REVOCATION);
    }

    private static Set<String> unconcerned(Reports reports, String member) {
        return filenames(Dss.tokens(reports)
                .filter(token -> !token.getFilename().equals(member) && !Dss.scope(token).contains(member)));
    }

    private static Set<String> passed(Reports reports) {
        return filenames(Dss.tokens(reports)
                .filter(token -> Dss.indication(reports, token) == Indication.PASSED));
    }

    private static Set<String> filenames(Stream<TimestampWrapper> tokens) {
        return tokens.map(TimestampWrapper::getFilename).collect(toSet());
    }
}
