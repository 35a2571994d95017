// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.MountFlags;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Make a volume ready for use on the node.
 *
 * @param fsType the file system the caller expects; empty for whatever the volume has
 */
public record StageRequest(VolumeId id, Path staging, AccessType access, Optional<FsType> fsType, MountFlags flags) {}
