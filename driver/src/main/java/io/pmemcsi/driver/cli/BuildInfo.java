// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;

/**
 * What this program is.
 *
 * @param version its own version
 * @param commit the git commit it was built from, or {@code unknown}
 * @param java the version of the Java runtime
 * @param csi the version of CSI it serves
 */
record BuildInfo(String version, String commit, String java, String csi) {
    private static final String UNKNOWN = "unknown";
    private static final String CSI = "1.13.0";

    static BuildInfo read() {
        Properties built = new Properties();
        try (InputStream file = BuildInfo.class.getResourceAsStream("build.properties")) {
            if (file != null) {
                built.load(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BuildInfo(
                filled(built, "version"),
                filled(built, "commit"),
                Runtime.version().toString(),
                CSI);
    }

    List<List<String>> rows() {
        return List.of(
                List.of("pmem-csi", version), List.of("commit", commit), List.of("java", java), List.of("csi", csi));
    }

    /** A value that the build has not filled in still is a placeholder. */
    private static String filled(Properties built, String key) {
        String value = built.getProperty(key, "");
        return value.isEmpty() || value.startsWith("$") ? UNKNOWN : value;
    }
}
