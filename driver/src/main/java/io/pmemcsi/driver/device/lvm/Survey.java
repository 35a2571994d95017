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
 * @param contents what is on the namespaces' devices; those on which nothing is recognised are not in it
 * @param held the devices that are mounted or otherwise claimed
 */
public record Survey(
        List<Region> regions,
        List<Dimm> dimms,
        List<Namespace> namespaces,
        List<PhysicalVolumeInfo> physicalVolumes,
        List<VolumeGroupInfo> groups,
        Map<Path, String> contents,
        Set<Path> held) {
    /** The name of the namespaces that the driver makes volume groups of, as in the archived driver. */
    public static final String NAMESPACE = "pmem-csi";

    public Survey {
        regions = List.copyOf(regions);
        dimms = List.copyOf(dimms);
        namespaces = List.copyOf(namespaces);
        physicalVolumes = List.copyOf(physicalVolumes);
        groups = List.copyOf(groups);
        contents = Map.copyOf(contents);
        held = Set.copyOf(held);
    }

    /** The volume groups that the driver makes volumes in. */
    public List<VolumeGroupInfo> ownGroups() {
        return groups.stream().filter(group -> Groups.isOurs(group.name())).toList();
    }

    /** Whether a namespace has the driver's name, or is in a group of it, as memory without labels is. */
    public boolean isOwn(Namespace namespace) {
        return namespace.name().equals(NAMESPACE)
                || namespace
                        .blockDevice()
                        .flatMap(this::physicalVolume)
                        .filter(volume -> Groups.isOurs(volume.group()))
                        .isPresent();
    }

    /** What {@code prepare} would do without being allowed to lose anything, region by region. */
    public List<RegionPlan> plan() {
        return Planner.plan(this, new PrepareOptions(100, false, false));
    }

    List<Namespace> namespaces(Region region) {
        return namespaces.stream()
                .filter(namespace -> namespace.region().equals(region.device()))
                .toList();
    }

    /** The region itself and the others on the same modules. */
    List<Region> sharing(Region region) {
        return regions.stream()
                .filter(other -> other.device().equals(region.device())
                        || other.dimms().stream().anyMatch(region.dimms()::contains))
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
