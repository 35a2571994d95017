// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.lvm;

import io.pmemcsi.bindings.linux.DeviceNumber;
import java.util.Optional;
import java.util.Set;

/**
 * A logical volume at one moment.
 *
 * @param group the name of its volume group
 * @param name its name
 * @param uuid its UUID as LVM prints it
 * @param groupUuid that of its group
 * @param size its bytes
 * @param device the number of its device; empty while it is not active
 * @param tags its tags
 */
public record LogicalVolumeInfo(
        String group,
        String name,
        String uuid,
        String groupUuid,
        long size,
        Optional<DeviceNumber> device,
        Set<String> tags) {
    public LogicalVolumeInfo {
        tags = Set.copyOf(tags);
    }

    /** The UUID that device-mapper gives its device: {@code LVM-}, then both UUIDs without dashes. */
    public String deviceMapperUuid() {
        return "LVM-" + (groupUuid + uuid).replace("-", "");
    }
}
