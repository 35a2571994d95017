// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.lvm;

import java.nio.file.Path;

/**
 * A physical volume at one moment.
 *
 * @param device its device node; no path of one when it is missing
 * @param uuid its UUID as LVM prints it
 * @param group the volume group it belongs to; the empty string for none
 * @param size bytes of its extents, or of the device when it belongs to no group
 * @param firstExtent bytes from the start of the device to its first extent
 */
public record PhysicalVolumeInfo(Path device, String uuid, String group, long size, long firstExtent) {
    /** Whether its group knows it, and its device is not there: LVM calls that {@code [unknown]} then. */
    public boolean isMissing() {
        return !device.isAbsolute();
    }
}
