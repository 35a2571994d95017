// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import io.pmemcsi.bindings.lvm.VolumeGroupInfo;
import io.pmemcsi.driver.domain.VolumeId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Volumes that LVM did not know while it had certain groups: asking it takes long, and those of a group that is away come back
 * with it. Safe for concurrent use.
 */
final class MissedVolumes {
    private volatile Miss last = new Miss(List.of(), ConcurrentHashMap.newKeySet());

    private record Miss(List<String> groups, Set<VolumeId> volumes) {}

    /** Whether LVM has said that it does not know the volume, and has the same groups still. */
    boolean contains(VolumeId id, Groups groups) {
        List<String> now = groups.usable().stream().map(VolumeGroupInfo::name).toList();
        if (!last.groups().equals(now)) {
            last = new Miss(now, ConcurrentHashMap.newKeySet());
        }
        return last.volumes().contains(id);
    }

    void add(VolumeId id) {
        last.volumes().add(id);
    }

    void clear() {
        last = new Miss(List.of(), ConcurrentHashMap.newKeySet());
    }
}
