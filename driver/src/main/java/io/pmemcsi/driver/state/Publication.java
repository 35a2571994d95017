// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state;

import io.pmemcsi.driver.domain.AccessMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * One place where a volume is, or is about to be, shown to a pod.
 *
 * @param target the target path of NodePublishVolume
 * @param readOnly whether the pod may only read
 * @param mode the access mode of the request
 * @param flags the mount flags of the request; empty when nobody knows them, because the record was lost
 */
public record Publication(Path target, boolean readOnly, AccessMode mode, Optional<List<String>> flags) {
    public Publication {
        flags = flags.map(List::copyOf);
    }

    /** A publication without mount flags. */
    public Publication(Path target, boolean readOnly, AccessMode mode) {
        this(target, readOnly, mode, Optional.of(List.of()));
    }

    /** The publication that a mount without a record shows: everything else about its request is lost. */
    public static Publication adopted(Path target, boolean readOnly) {
        return new Publication(target, readOnly, AccessMode.SINGLE_NODE_WRITER, Optional.empty());
    }

    public Publication withFlags(List<String> texts) {
        return new Publication(target, readOnly, mode, Optional.of(texts));
    }
}
