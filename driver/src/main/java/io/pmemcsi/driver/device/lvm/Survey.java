// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import io.pmemcsi.bindings.lvm.PhysicalVolumeInfo;
import io.pmemcsi.bindings.lvm.VolumeGroupInfo;
import io.pmemcsi.bindings.ndctl.Dimm;
import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.Region;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The persistent memory of a node at one moment.
 *
 * @param regions all regions
 * @param dimms all modules
 * @param namespaces all namespaces
 * @param physicalVolumes what LVM has on them
 * @param groups LVM's volume groups on them
 * @param contents what libblkid recognises on the namespaces' devices; blank ones are not in it
 * @param held the devices that are mounted or otherwise claimed
 */
record Survey(
        List<Region> regions,
        List<Dimm> dimms,
        List<Namespace> namespaces,
        List<PhysicalVolumeInfo> physicalVolumes,
        List<VolumeGroupInfo> groups,
        Map<Path, String> contents,
        Set<Path> held) {
    /** The name of the namespaces that the driver makes volume groups of, as in the archived driver. */
    static final String NAMESPACE = "pmem-csi";

    Survey {
        regions = List.copyOf(regions);
        dimms = List.copyOf(dimms);
        namespaces = List.copyOf(namespaces);
        physicalVolumes = List.copyOf(physicalVolumes);
        groups = List.copyOf(groups);
        contents = Map.copyOf(contents);
        held = Set.copyOf(held);
    }

    List<Namespace> namespaces(Region region) {
        return namespaces.stream()
                .filter(namespace -> namespace.region().equals(region.device()))
                .toList();
    }

    /** Whether a region's modules have a place for labels. */
    boolean takesLabels(Region region) {
        long labelled = dimms.stream()
                .filter(dimm -> region.dimms().contains(dimm.device()) && dimm.labels())
                .count();
        return labelled > 0 && labelled == region.dimms().size();
    }

    Optional<PhysicalVolumeInfo> physicalVolume(Path device) {
        return physicalVolumes.stream()
                .filter(volume -> volume.device().equals(device))
                .findFirst();
    }

    /** Why a device must not be touched; empty when nothing is on it and nobody uses it. */
    Optional<String> obstacle(Path device) {
        if (held.contains(device)) {
            return Optional.of(device + " is in use");
        }
        return Optional.ofNullable(contents.get(device)).map(content -> device + " holds " + content);
    }
}
