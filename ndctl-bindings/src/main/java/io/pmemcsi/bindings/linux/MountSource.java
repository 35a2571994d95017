// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import java.nio.file.Path;
import java.util.List;

/**
 * A file system on a block device.
 *
 * @param type the kernel's name of its type
 * @param device the block device
 * @param parameters options of the file system
 * @param exclusive whether to fail with EBUSY when this file system is mounted elsewhere, instead of sharing what is
 *     there with its options; Linux 6.6 and newer, otherwise ignored
 */
public record MountSource(String type, Path device, List<MountParameter> parameters, boolean exclusive) {
    public MountSource {
        parameters = List.copyOf(parameters);
    }
}
