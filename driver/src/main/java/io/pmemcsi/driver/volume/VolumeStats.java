// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.mount.FsUsage;
import java.util.Optional;

/**
 * How full a volume is.
 *
 * @param size the size of its device
 * @param usage space and inodes of its file system; empty for raw block
 */
public record VolumeStats(ByteSize size, Optional<FsUsage> usage) {}
