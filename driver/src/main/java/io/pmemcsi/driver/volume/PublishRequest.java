// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.state.Publication;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Show a staged volume to a pod.
 *
 * @param staging where the caller has staged it
 * @param fsType the file system the caller expects; empty for whatever the volume has
 * @param publication where and how to show it
 */
public record PublishRequest(
        VolumeId id,
        Path staging,
        AccessType access,
        Optional<FsType> fsType,
        MountFlags flags,
        Publication publication) {}
