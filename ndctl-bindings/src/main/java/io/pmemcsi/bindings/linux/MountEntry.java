// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import java.util.List;

/**
 * One mount, as a line of {@code /proc/self/mountinfo} describes it, see proc(5).
 *
 * @param id its id in this mount namespace
 * @param parentId the id of the mount it is attached to
 * @param device the device number of the file system
 * @param root the directory of the file system that is mounted
 * @param mountPoint where it is mounted, as seen by this process
 * @param options properties of this mount, such as {@code ro} and {@code nosuid}
 * @param type the file system type
 * @param source what was mounted
 * @param superOptions options of the file system, shared by all its mounts
 */
public record MountEntry(
        long id,
        long parentId,
        DeviceNumber device,
        String root,
        String mountPoint,
        List<String> options,
        String type,
        String source,
        List<String> superOptions) {
    public MountEntry {
        options = List.copyOf(options);
        superOptions = List.copyOf(superOptions);
    }

    /** Whether writing through this mount fails. */
    public boolean isReadOnly() {
        return options.contains("ro") || superOptions.contains("ro");
    }
}
