// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A group that may write to a volume, as {@code fsGroup} of a pod does it. */
final class GroupOption {
    @Option(
            names = "--fs-group",
            paramLabel = "GID",
            description = "Let this group write to the file system: its root gets the group and mode 2775")
    private Optional<Integer> group = Optional.empty();

    void apply(Path root) throws IOException {
        if (group.isPresent()) {
            Kubelet.shareWithGroup(root, group.get());
        }
    }
}
