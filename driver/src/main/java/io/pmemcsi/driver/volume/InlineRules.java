// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeTraits;
import java.util.Optional;

/** What inline volumes may be. Pure. */
final class InlineRules {
    private InlineRules() {}

    /** The size an inline volume asks for, after the checks that only inline volumes have. */
    static ByteSize size(VolumeWish wish, Optional<ByteSize> largest) {
        if (wish.access() == AccessType.BLOCK) {
            throw new StorageException(
                    FailureKind.INVALID_REQUEST, "volume_capability: an inline volume is a file system, not raw block");
        }
        ByteSize size = wish.parameters()
                .size()
                .orElseThrow(() -> new StorageException(
                        FailureKind.INVALID_REQUEST,
                        "volume_context[size]: missing; an inline volume needs a size such as 200Mi"));
        largest.filter(size::isAbove).ifPresent(bound -> {
            throw new StorageException(
                    FailureKind.SIZE_UNSUPPORTED,
                    "volume_context[size]: " + size + " is above " + bound
                            + ", the largest inline volume that the administrator allows");
        });
        return size;
    }

    /** Compares a repeated publish with the volume that the first one made. */
    static void checkSame(VolumeRecord found, SizeRange size, VolumeTraits traits, Publication wanted) {
        if (ExistingVolume.compare(found, size, traits) instanceof ExistingVolume.Conflicting(String difference)) {
            throw new StorageException(
                    FailureKind.EXISTS_DIFFERENTLY,
                    "volume_id: the inline volume " + found.id() + " exists already, but " + difference);
        }
        Optional<Publication> elsewhere = found.publications().stream()
                .filter(other -> !other.target().equals(wanted.target()))
                .findFirst();
        elsewhere.ifPresent(other -> {
            throw new StorageException(
                    FailureKind.EXISTS_DIFFERENTLY,
                    "target_path: the inline volume " + found.id() + " is published at " + Quoted.path(other.target())
                            + " and cannot be published at a second path");
        });
        PublishRules.checkSharing(found, wanted);
    }
}
