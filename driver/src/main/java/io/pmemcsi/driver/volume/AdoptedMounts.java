// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.mount.Mounted;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.Staging;
import io.pmemcsi.driver.state.VolumeRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the mounts of a volume tell when its record is lost. Pure. The kubelet's layout decides: a file system is staged
 * where the path leads through no directory {@code pods}, and published everywhere else; raw block is only published, since
 * staging it mounts nothing. Flags and access modes stay unknown. The kubelet's own copies of a publication (subPath
 * mounts, and the block nodes it keeps in a directory {@code dev}) are not among them: it never unpublishes these.
 */
final class AdoptedMounts {
    private static final Path PODS = Path.of("pods");
    private static final Path SUB_PATHS = Path.of("volume-subpaths");
    private static final Path KEPT_NODES = Path.of("dev");

    private AdoptedMounts() {}

    static VolumeRecord record(VolumeRecord adopted, List<Mounted> mounts) {
        boolean block = adopted.traits().access() == AccessType.BLOCK;
        Optional<Path> staging = mounts.stream()
                .map(Mounted::path)
                .filter(path -> !block && !leadsThrough(path, PODS))
                .findFirst();
        VolumeRecord rebuilt = adopted.staged(staging.map(path -> new Staging(path, Optional.empty())));
        for (Mounted mount : mounts) {
            if (!staging.equals(Optional.of(mount.path())) && !isKubeletsOwn(mount)) {
                rebuilt = rebuilt.published(Publication.adopted(mount.path(), mount.readOnly()));
            }
        }
        return rebuilt;
    }

    private static boolean isKubeletsOwn(Mounted mount) {
        Path holder = mount.path().resolveSibling("");
        return leadsThrough(mount.path(), SUB_PATHS) || (mount.isBlock() && holder.endsWith(KEPT_NODES));
    }

    private static boolean leadsThrough(Path path, Path directory) {
        for (Path component : path) {
            if (component.equals(directory)) {
                return true;
            }
        }
        return false;
    }
}
