// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.VolumeId;
import java.nio.file.Path;

/**
 * A block device that holds one volume.
 *
 * @param id the volume
 * @param size the usable size, never below what was asked for
 * @param path the device node, valid until the device is removed or the driver restarts; ask again after either
 */
public record Device(VolumeId id, ByteSize size, Path path) {}
