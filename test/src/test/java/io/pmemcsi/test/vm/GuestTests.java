// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.vm;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs JUnit tests inside a guest machine, with the class path of this process. Their classes have names that neither
 * Surefire nor Failsafe takes for tests of this machine.
 */
public final class GuestTests {
    private static final String FOLDER = "/opt/tests";
    /** As the driver's own launcher has them: compiling well costs more under software emulation than it gains. */
    private static final String JAVA =
            "java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=10 -XX:-UsePerfData"
                    + " -XX:+IgnoreUnrecognizedVMOptions --enable-native-access=ALL-UNNAMED -Djnr.ffi.asm.enabled=false";

    private final Guest guest;

    private GuestTests(Guest guest) {
        this.guest = guest;
    }

    /** Copies the class path into the machine. */
    public static GuestTests into(Guest guest) {
        try {
            Path links = Files.createTempDirectory("guest-tests");
            try {
                Path tests = Files.createDirectory(links.resolve("tests"));
                List<Path> entries = classPath();
                for (int i = 0; i < entries.size(); i++) {
                    Path entry = entries.get(i);
                    Files.createSymbolicLink(tests.resolve("%03d-%s".formatted(i, entry.getFileName())), entry);
                }
                guest.put(tests, "/opt");
            } finally {
                remove(links);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new GuestTests(guest);
    }

    /**
     * Runs all tests of {@code classes}; a failure of one is the failure of the caller.
     *
     * @return the summary of JUnit's console launcher
     */
    public String run(Class<?>... classes) {
        String names = Arrays.stream(classes)
                .map(type -> "--select-class=" + type.getName())
                .collect(Collectors.joining(" "));
        Guest.Result result = guest.run("cd " + FOLDER + " && LC_ALL=C.UTF-8 exec " + JAVA
                + " -cp \"$(ls -d " + FOLDER
                + "/* | tr '\\n' ':')\" org.junit.platform.console.ConsoleLauncher execute "
                + names.replace("$", "\\$")
                + " --details=tree --disable-banner --disable-ansi-colors --fail-if-no-tests");
        if (result.code() != 0) {
            throw new AssertionError("in the guest: " + names + "\n" + result.out() + result.err());
        }
        return result.out();
    }

    private static List<Path> classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(Files::exists)
                .toList();
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
