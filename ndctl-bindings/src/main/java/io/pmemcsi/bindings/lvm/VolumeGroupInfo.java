// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.lvm;

import java.util.Set;

/**
 * A volume group at one moment.
 *
 * @param name its name
 * @param uuid its UUID as LVM prints it
 * @param size bytes of all its extents
 * @param free bytes of the extents that no logical volume has
 * @param extent bytes of one extent
 * @param missing how many of its physical volumes are not there
 * @param tags its tags
 */
public record VolumeGroupInfo(
        String name, String uuid, long size, long free, long extent, int missing, Set<String> tags) {
    public VolumeGroupInfo {
        tags = Set.copyOf(tags);
    }
}
