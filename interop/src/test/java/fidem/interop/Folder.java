package fidem.interop;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The folder with what is to be judged. */
final class Folder {

    private static final String VARIABLE = "FIDEM_INTEROP";

    private Folder() {}

    static Path file(String name) {
        Path file = path().resolve(name);
        assertTrue(Files.isRegularFile(file), () -> VARIABLE + " has no " + name);
        return file;
    }

    /** In order of their names; none where the subfolder is absent. */
    static List<Path> files(String subfolder, String glob) {
        Path folder = path().resolve(subfolder);
        List<Path> files = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, glob)) {
                stream.forEach(files::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        files.sort(null);
        return files;
    }

    /** For tests of what need not be there: says so where no file matches. */
    static boolean has(String subfolder, String glob) {
        boolean any = !files(subfolder, glob).isEmpty();
        if (!any) {
            System.out.println("skipped: no " + Path.of(subfolder, glob) + " in " + VARIABLE);
        }
        return any;
    }

    private static Path path() {
        String name = System.getenv(VARIABLE);
        assertNotNull(name, VARIABLE + " must name the folder in which `fidem demo` was run");
        Path path = Path.of(name);
        assertTrue(Files.isDirectory(path), () -> VARIABLE + " is no folder: " + name);
        return path;
    }
}
