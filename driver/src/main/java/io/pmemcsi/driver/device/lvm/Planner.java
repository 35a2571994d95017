// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import io.pmemcsi.bindings.lvm.PhysicalVolumeInfo;
import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.NamespaceMode;
import io.pmemcsi.bindings.ndctl.Region;
import io.pmemcsi.driver.device.Cures;
import io.pmemcsi.driver.device.Remark;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.VolumeId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides what preparing a node means for one region. Pure: the same survey gives the same plan, and the survey of a prepared
 * node gives one without steps. Nothing that somebody else may own is ever part of a step: no namespace with another
 * name, no device with content, none in use.
 */
final class Planner {
    /** Less is not worth a physical volume: it holds LVM's own data, the page structures and one extent. */
    private static final long LEAST = 16L << 20;

    private final Survey survey;
    private final PrepareOptions options;
    private final Region region;
    private final List<Step> steps = new ArrayList<>();
    private final List<Remark> refused = new ArrayList<>();
    private final List<Remark> notes = new ArrayList<>();

    private Planner(Survey survey, PrepareOptions options, Region region) {
        this.survey = survey;
        this.options = options;
        this.region = region;
    }

    static List<RegionPlan> plan(Survey survey, PrepareOptions options) {
        return survey.regions().stream()
                .filter(region -> region.type().equals("pmem"))
                .map(region -> new Planner(survey, options, region).plan())
                .toList();
    }

    private RegionPlan plan() {
        if (!region.enabled()) {
            refuse("the region is disabled", Cures.enableRegion(region.device()));
        } else if (region.readOnly()) {
            refuse("the region is read-only", Cures.makeWritable(region.device()));
        } else if (region.labelled()) {
            labelled();
        } else if (survey.takesLabels(region)) {
            labels();
        } else {
            survey.namespaces(region).forEach(this::whole);
        }
        return new RegionPlan(region.device(), ByteSize.of(region.size()), steps, refused, notes);
    }

    /** The modules could have labels and have none yet. */
    private void labels() {
        List<String> obstacles = survey.sharing(region).stream()
                .flatMap(affected -> losses(affected).stream())
                .toList();
        if (!options.initLabels()) {
            refuse(
                    "its modules have no labels, so it cannot be divided into namespaces",
                    "'pmem-csi prepare --init-labels' makes them, and whatever is on the region is lost then");
        } else if (obstacles.isEmpty()) {
            steps.add(new Step.InitLabels(region.device()));
            createNamespace(share(region.size()), region.size());
        } else {
            obstacles.forEach(obstacle -> refuse("no labels are made, because " + obstacle, ""));
        }
    }

    private void refuse(String finding, String cure) {
        refused.add(new Remark(region.device(), finding, cure));
    }

    private void refuse(Namespace namespace, String finding, String cure) {
        refused.add(new Remark(namespace.device(), finding, cure));
    }

    private static String discard(Namespace namespace) {
        return Cures.discard(namespace.device(), namespace.labelled());
    }

    private void note(Namespace namespace, String finding) {
        notes.add(new Remark(namespace.device(), finding));
    }

    /** Why a region must not lose what its modules say; the kernel tells no namespaces of one that is disabled. */
    private List<String> losses(Region affected) {
        if (!affected.enabled()) {
            return List.of(affected.device() + " on the same modules is disabled, so nobody knows what it holds; "
                    + Cures.enableRegion(affected.device()));
        }
        Stream<Namespace> namespaces = survey.namespaces(affected).stream();
        if (affected.labelled()) {
            return namespaces
                    .filter(namespace -> namespace.rawSize() > 0)
                    .map(namespace ->
                            namespace.device() + " of " + affected.device() + " has a label on the same modules")
                    .toList();
        }
        return namespaces.map(this::loss).flatMap(Optional::stream).toList();
    }

    /** Why a namespace must not be lost, as far as anybody can tell; empty when nothing is on it. */
    private Optional<String> loss(Namespace namespace) {
        if (namespace.rawSize() == 0) {
            return Optional.empty();
        }
        if (!namespace.enabled()) {
            return Optional.of(namespace.device() + " is disabled, so nobody knows what it holds; "
                    + Cures.enableNamespace(namespace.device()));
        }
        if (namespace.blockDevice().isEmpty() || namespace.mode() == NamespaceMode.UNKNOWN) {
            return Optional.of(
                    namespace.device() + " is of mode " + namespace.mode().label());
        }
        return obstacle(namespace);
    }

    /** A namespace that is all of a region whose memory has no place for labels. */
    private void whole(Namespace namespace) {
        switch (namespace.mode()) {
            case FSDAX, FSDAX_MEM -> join(namespace);
            case RAW -> raw(namespace, new Step.ReconfigureNamespace(namespace.device(), size(namespace)));
            case SECTOR, DEVDAX, UNKNOWN ->
                refuse(
                        namespace,
                        namespace.device() + " is of mode " + namespace.mode().label(),
                        discard(namespace));
        }
    }

    private void labelled() {
        long ours = 0;
        for (Namespace namespace : survey.namespaces(region)) {
            if (namespace.name().equals(Survey.NAMESPACE)) {
                ours += namespace.rawSize();
                own(namespace);
            } else {
                foreign(namespace);
            }
        }
        long wanted = share(region.size()) - ours;
        createNamespace(Math.min(wanted, region.availableSize()), region.maxAvailableExtent());
    }

    /** The percentage of a size, without overflow. */
    private long share(long size) {
        return size / 100 * options.percentage() + size % 100 * options.percentage() / 100;
    }

    /**
     * A namespace that is out of use shows neither its mode nor its content, so it is enabled and looked at again. Only one
     * that is bare memory then, without any content, is what an interrupted creation has left.
     */
    private void own(Namespace namespace) {
        if (!namespace.enabled()) {
            steps.add(new Step.EnableNamespace(namespace.device()));
        } else if (namespace.isStacked()
                && namespace.mode() != NamespaceMode.SECTOR
                && namespace.mode() != NamespaceMode.DEVDAX) {
            join(namespace);
        } else if (namespace.isStacked() || namespace.blockDevice().isEmpty()) {
            refuse(
                    namespace,
                    namespace.device() + " has the driver's name, but is of mode "
                            + namespace.mode().label() + ": it is left alone",
                    discard(namespace));
        } else if (obstacle(namespace).isPresent()) {
            refuse(
                    namespace,
                    namespace.device() + " has the driver's name, but is not the fsdax that the driver makes, and "
                            + obstacle(namespace).get() + ": it is left alone",
                    discard(namespace));
        } else {
            steps.add(new Step.DestroyNamespace(
                    namespace.device(), size(namespace), "its creation was interrupted, and nothing is on it"));
        }
    }

    private void foreign(Namespace namespace) {
        if (VolumeId.parse(namespace.name()).isPresent()) {
            note(namespace, namespace.device() + " is a volume of device mode direct: it is left alone");
        } else if (namespace.name().isEmpty() && namespace.mode() == NamespaceMode.RAW) {
            raw(namespace, new Step.DestroyNamespace(namespace.device(), size(namespace), "raw, to make room"));
        } else {
            String content = obstacle(namespace).map(found -> ", and " + found).orElse("");
            refuse(
                    namespace,
                    namespace.device() + " of " + size(namespace) + " ("
                            + namespace.mode().label()
                            + (namespace.name().isEmpty() ? ", without a name" : ", named '" + namespace.name() + "'")
                            + ") is not the driver's" + content + ": it is left alone",
                    discard(namespace));
        }
    }

    private void raw(Namespace namespace, Step conversion) {
        Optional<String> obstacle = loss(namespace);
        if (obstacle.isPresent()) {
            refuse(
                    namespace,
                    namespace.device() + " is raw, and " + obstacle.get() + ": it is left alone",
                    discard(namespace));
        } else if (!options.convertRaw()) {
            refuse(
                    namespace,
                    namespace.device() + " of " + size(namespace) + " is raw",
                    "'pmem-csi prepare --convert-raw' converts it, and whatever is on it is lost then");
        } else {
            steps.add(conversion);
            if (conversion instanceof Step.DestroyNamespace) {
                createNamespace(share(region.size()), namespace.rawSize());
            } else {
                steps.add(new Step.AddToGroup(group(), groupExists(), Optional.empty()));
            }
        }
    }

    /** Of what is wanted the part that fits into one piece; the next pass takes the next piece. */
    private void createNamespace(long wanted, long largest) {
        long size = Math.min(wanted, largest);
        long whole = size - size % Math.max(region.align(), LEAST);
        if (whole >= LEAST) {
            steps.add(new Step.CreateNamespace(region.device(), ByteSize.of(whole)));
            steps.add(new Step.AddToGroup(group(), groupExists(), Optional.empty()));
        }
    }

    /** Sees that a namespace is part of the region's volume group. */
    private void join(Namespace namespace) {
        if (namespace.blockDevice().isEmpty()) {
            refuse(namespace, namespace.device() + " has no block device", Cures.enableNamespace(namespace.device()));
            return;
        }
        Path device = namespace.blockDevice().get();
        Optional<PhysicalVolumeInfo> volume = survey.physicalVolume(device);
        String owner = volume.map(PhysicalVolumeInfo::group).orElse("");
        if (!owner.isEmpty() && Groups.isOurs(owner)) {
            note(namespace, device + " is in the volume group " + owner);
        } else if (!owner.isEmpty()) {
            refuse(
                    namespace,
                    device + " is in the volume group " + owner + ", which is not the driver's: it is left alone",
                    Cures.removeGroup(owner));
        } else if (volume.isEmpty() && survey.obstacle(device).isPresent()) {
            refuse(
                    namespace,
                    namespace.device() + ": " + survey.obstacle(device).get() + ": it is left alone",
                    Cures.wipe(device.toString()));
        } else {
            steps.add(new Step.AddToGroup(group(), groupExists(), Optional.of(device)));
        }
    }

    /** The group that another namespace of this region is in already, or the one named after the region. */
    private String group() {
        return survey.namespaces(region).stream()
                .map(Namespace::blockDevice)
                .flatMap(Optional::stream)
                .map(survey::physicalVolume)
                .flatMap(Optional::stream)
                .map(PhysicalVolumeInfo::group)
                .filter(Groups::isOurs)
                .findFirst()
                .orElse(region.bus() + region.device() + "fsdax");
    }

    /** Also true when an earlier step makes it. */
    private boolean groupExists() {
        String group = group();
        return survey.groups().stream().anyMatch(known -> known.name().equals(group))
                || steps.stream()
                        .anyMatch(step -> step instanceof Step.AddToGroup add
                                && add.group().equals(group));
    }

    private Optional<String> obstacle(Namespace namespace) {
        return namespace.blockDevice().flatMap(survey::obstacle);
    }

    private static ByteSize size(Namespace namespace) {
        return ByteSize.of(namespace.rawSize());
    }
}
