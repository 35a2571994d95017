// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FsType;
import java.nio.file.Path;

/**
 * A file system to be mounted.
 *
 * @param device holds the file system
 * @param fsType its type; must be what the device holds
 * @param flags allow-listed flags
 * @param dax whether DAX is needed
 * @param target where to mount; made when absent, provided its parent exists
 */
public record MountRequest(Device device, FsType fsType, MountFlags flags, DaxPolicy dax, Path target) {}
