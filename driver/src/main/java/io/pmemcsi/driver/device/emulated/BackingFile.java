// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.emulated;

import io.pmemcsi.bindings.linux.FileIdentity;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.VolumeId;
import java.nio.file.Path;

/**
 * The file that holds a volume.
 *
 * @param id the volume
 * @param path where it is
 * @param identity which file it is
 * @param size its length
 */
record BackingFile(VolumeId id, Path path, FileIdentity identity, ByteSize size) {}
