// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.domain.VolumeId;
import java.nio.file.Path;

/**
 * A block device that holds one volume.
 *
 * @param id the volume
 * @param size the usable size, never below what was asked for
 * @param usage what it was made for, as far as the medium tells; APP_DIRECT where all devices of the mode are alike
 * @param path the device node, valid until the device is removed or the driver restarts; ask again after either
 */
public record Device(VolumeId id, ByteSize size, Usage usage, Path path) {
    /** A device whose medium does not tell what it was made for. */
    public Device(VolumeId id, ByteSize size, Path path) {
        this(id, size, Usage.APP_DIRECT, path);
    }
}
