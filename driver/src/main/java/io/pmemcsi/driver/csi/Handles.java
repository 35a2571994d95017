// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.Optional;

/**
 * Turns the {@code volume_id} of a request into a volume's canonical id. No text from a request is ever used as a name of a
 * file or a device; what does not match the grammar of {@link VolumeId} can only be the handle of an inline volume,
 * which is hashed. Pure.
 */
final class Handles {
    private Handles() {}

    /** The persistent volume meant, which need not exist; empty when no persistent volume can have this id. */
    static Optional<VolumeId> persistent(String volumeId) {
        return VolumeId.parse(Limits.text("volume_id", volumeId));
    }

    /** @throws StorageException of kind NOT_FOUND when no persistent volume can have this id */
    static VolumeId requirePersistent(String volumeId) {
        return persistent(volumeId)
                .orElseThrow(() -> new StorageException(
                        FailureKind.NOT_FOUND,
                        "volume_id: there is no volume " + Quoted.text(volumeId) + " on this node"));
    }

    /** The volume meant, of either kind. */
    static VolumeId any(String volumeId) {
        return persistent(volumeId).orElseGet(() -> VolumeId.ofInlineHandle(volumeId));
    }
}
