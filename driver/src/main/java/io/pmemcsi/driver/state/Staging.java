// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The place where a volume is, or is about to be, mounted for the node.
 *
 * @param path the staging path of NodeStageVolume
 * @param flags the mount flags of the request; empty when nobody knows them, because the record was lost
 */
public record Staging(Path path, Optional<List<String>> flags) {
    public Staging {
        flags = flags.map(List::copyOf);
    }
}
