// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.domain.AccessMode;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.Staging;
import io.pmemcsi.driver.state.VolumeRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What staging and publishing may do to a volume, decided from its record alone. Pure. */
final class PublishRules {
    private PublishRules() {}

    /** @param known whether the volume is at the path of the request already */
    static void checkAccess(VolumeRecord volume, AccessType access, Optional<FsType> fsType, boolean known) {
        FailureKind kind = known ? FailureKind.EXISTS_DIFFERENTLY : FailureKind.UNSUPPORTED;
        if (volume.traits().access() != access) {
            throw new StorageException(
                    kind,
                    "volume_capability: volume " + volume.id() + " was made for access type "
                            + volume.traits().access() + ", not " + access);
        }
        FsType has = volume.traits().fsType();
        if (access == AccessType.MOUNT && fsType.isPresent() && fsType.get() != has) {
            throw new StorageException(
                    kind,
                    "volume_capability: fs_type \"" + fsType.get().kernelName() + "\" is not that of volume "
                            + volume.id() + ", which is " + has.kernelName());
        }
    }

    /** Compares a repeated staging with what was recorded; what nobody knows any more agrees with everything. */
    static void checkStagedAlike(VolumeRecord volume, Staging wanted) {
        volume.stagedAt()
                .filter(known -> known.flags().isPresent() && !known.equals(wanted))
                .ifPresent(known -> {
                    throw new StorageException(
                            FailureKind.EXISTS_DIFFERENTLY,
                            "volume_capability: volume " + volume.id() + " is staged at " + Quoted.path(known.path())
                                    + " already with mount flags "
                                    + known.flags().get() + ", asked is "
                                    + wanted.flags().orElse(List.of()));
                });
    }

    static void checkStagingIsFree(VolumeRecord volume, Path staging) {
        volume.staging().filter(path -> !path.equals(staging)).ifPresent(path -> {
            throw new StorageException(
                    FailureKind.IN_USE,
                    "staging_target_path: volume " + volume.id() + " is staged at " + Quoted.path(path)
                            + " already, not at " + Quoted.path(staging));
        });
    }

    static void checkStagedAt(VolumeRecord volume, Path staging) {
        if (!volume.staging().equals(Optional.of(staging))) {
            throw new StorageException(
                    FailureKind.IN_USE,
                    "staging_target_path: volume " + volume.id() + " is not staged at " + Quoted.path(staging)
                            + volume.staging()
                                    .map(path -> ", but at " + Quoted.path(path))
                                    .orElse(""));
        }
    }

    static void checkUnpublished(VolumeRecord volume) {
        if (!volume.publications().isEmpty()) {
            throw new StorageException(
                    FailureKind.IN_USE,
                    "volume " + volume.id() + " is still published at "
                            + Quoted.path(volume.publications().getFirst().target()));
        }
    }

    /** Refuses a publication that differs from the one at the same target, or that a single writer excludes. */
    static void checkSharing(VolumeRecord volume, Publication wanted) {
        Optional<Publication> same = volume.publicationAt(wanted.target());
        if (same.isPresent() && !isAlike(same.get(), wanted)) {
            throw new StorageException(
                    FailureKind.EXISTS_DIFFERENTLY,
                    "target_path: volume " + volume.id() + " is published at " + Quoted.path(wanted.target())
                            + " already as " + describe(same.get()) + ", asked is " + describe(wanted));
        }
        volume.publications().stream()
                .filter(other -> !other.target().equals(wanted.target()))
                .filter(other -> isSingle(other) || isSingle(wanted))
                .findFirst()
                .ifPresent(other -> {
                    throw new StorageException(
                            FailureKind.UNSUPPORTED,
                            "target_path: volume " + volume.id() + " is published at " + Quoted.path(other.target())
                                    + " and access mode SINGLE_NODE_SINGLE_WRITER allows no second target");
                });
    }

    /** Of an adopted publication only that is known whether it is read-only. */
    private static boolean isAlike(Publication known, Publication wanted) {
        boolean readOnly = wanted.readOnly() || wanted.flags().orElse(List.of()).contains("ro");
        return known.flags().isPresent() ? known.equals(wanted) : known.readOnly() == readOnly;
    }

    private static boolean isSingle(Publication publication) {
        return publication.mode() == AccessMode.SINGLE_NODE_SINGLE_WRITER;
    }

    private static String describe(Publication publication) {
        return (publication.readOnly() ? "read-only " : "writable ") + publication.mode() + " with mount flags "
                + publication.flags().map(List::toString).orElse("unknown");
    }

    static void checkVisibleAt(VolumeRecord volume, Path path) {
        boolean staged = volume.staging().equals(Optional.of(path));
        if (!staged && volume.publicationAt(path).isEmpty()) {
            throw new StorageException(
                    FailureKind.NOT_FOUND,
                    "volume_path: volume " + volume.id() + " is neither staged nor published at " + Quoted.path(path));
        }
    }

    static StorageException notThere(String field, Path path) {
        return new StorageException(
                FailureKind.IN_USE, field + ": the volume is not what is mounted at " + Quoted.path(path));
    }

    static StorageException occupied(String field, Path path) {
        return new StorageException(
                FailureKind.IN_USE,
                field + ": something that is no such place of this volume is mounted at " + Quoted.path(path));
    }
}
