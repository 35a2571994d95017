// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where volumes are staged: in the place that the kubelet would choose, unless said otherwise. */
final class StagingOptions {
    @Option(
            names = "--staging",
            paramLabel = "PATH",
            description = "Staging directory of the volume."
                    + " Default: below --kubelet-dir, derived from the volume id as the kubelet does")
    private Optional<Path> staging = Optional.empty();

    @Option(
            names = "--kubelet-dir",
            paramLabel = "DIR",
            defaultValue = "/var/lib/kubelet",
            description = "The kubelet directory that the driver was started with. Default: ${DEFAULT-VALUE}")
    private Path kubeletDir = Path.of("/var/lib/kubelet");

    Path path(CsiClient csi, String volumeId) {
        return staging.map(Path::toAbsolutePath).orElseGet(() -> byDefault(kubeletDir, csi.driverName(), volumeId));
    }

    static Path byDefault(Path kubeletDir, String driverName, String volumeId) {
        return kubeletDir
                .toAbsolutePath()
                .resolve(Path.of("plugins", "kubernetes.io", "csi", driverName, sha256(volumeId), "globalmount"));
    }

    private static String sha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime lacks SHA-256", e);
        }
    }
}
