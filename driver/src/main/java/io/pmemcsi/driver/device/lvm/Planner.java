// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import io.pmemcsi.bindings.lvm.PhysicalVolumeInfo;
import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.NamespaceMode;
import io.pmemcsi.bindings.ndctl.Region;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.VolumeId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
    private final List<String> refused = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

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
            refused.add("the region is disabled; enable it with: ndctl enable-region " + region.device());
        } else if (region.readOnly()) {
            refused.add("the region is read-only");
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
        List<String> obstacles = survey.namespaces(region).stream()
                .map(this::obstacle)
                .flatMap(Optional::stream)
                .toList();
        if (!options.initLabels()) {
            refused.add(
                    "its modules have no labels, so it cannot be divided into namespaces; 'pmem-csi prepare --init-labels'"
                            + " makes them, and whatever is on the region is lost then");
        } else if (obstacles.isEmpty()) {
            steps.add(new Step.InitLabels(region.device()));
            createNamespace(region.size(), region.size());
        } else {
            obstacles.forEach(obstacle -> refused.add("no labels are made, because " + obstacle));
        }
    }

    /** A namespace that is all of a region whose memory has no place for labels. */
    private void whole(Namespace namespace) {
        switch (namespace.mode()) {
            case FSDAX, FSDAX_MEM -> join(namespace);
            case RAW -> raw(namespace, new Step.ReconfigureNamespace(namespace.device(), size(namespace)));
            case SECTOR, DEVDAX, UNKNOWN -> refused.add(namespace.device() + " is of mode " + name(namespace.mode()));
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

    private void own(Namespace namespace) {
        if (namespace.mode() == NamespaceMode.FSDAX && namespace.enabled()) {
            join(namespace);
        } else if (namespace.mode() == NamespaceMode.FSDAX && !namespace.enabled()) {
            steps.add(new Step.EnableNamespace(namespace.device()));
        } else if (obstacle(namespace).isPresent()) {
            refused.add(namespace.device() + " has the driver's name, but is of mode " + name(namespace.mode())
                    + ", and " + obstacle(namespace).get());
        } else {
            steps.add(new Step.DestroyNamespace(
                    namespace.device(),
                    size(namespace),
                    "its creation was interrupted: it is still " + name(namespace.mode())));
        }
    }

    private void foreign(Namespace namespace) {
        if (VolumeId.parse(namespace.name()).isPresent()) {
            notes.add(namespace.device() + " is a volume of device mode direct: it is left alone");
        } else if (namespace.name().isEmpty() && namespace.mode() == NamespaceMode.RAW) {
            raw(namespace, new Step.DestroyNamespace(namespace.device(), size(namespace), "raw, to make room"));
        } else {
            String content = obstacle(namespace).map(found -> ", and " + found).orElse("");
            refused.add(namespace.device() + " of " + size(namespace) + " (" + name(namespace.mode())
                    + (namespace.name().isEmpty() ? ", without a name" : ", named '" + namespace.name() + "'")
                    + ") is not the driver's" + content + ": it is left alone");
        }
    }

    private void raw(Namespace namespace, Step conversion) {
        Optional<String> obstacle = obstacle(namespace);
        if (obstacle.isPresent()) {
            refused.add(namespace.device() + " is raw, and " + obstacle.get() + ": it is left alone");
        } else if (!options.convertRaw()) {
            refused.add(namespace.device() + " of " + size(namespace)
                    + " is raw; 'pmem-csi prepare --convert-raw' converts it, and whatever is on it is lost then");
        } else {
            steps.add(conversion);
            if (conversion instanceof Step.DestroyNamespace) {
                createNamespace(namespace.rawSize(), namespace.rawSize());
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
            refused.add(namespace.device() + " has no block device");
            return;
        }
        Path device = namespace.blockDevice().get();
        Optional<PhysicalVolumeInfo> volume = survey.physicalVolume(device);
        String owner = volume.map(PhysicalVolumeInfo::group).orElse("");
        if (!owner.isEmpty() && Groups.isOurs(owner)) {
            notes.add(device + " is in the volume group " + owner);
        } else if (!owner.isEmpty()) {
            refused.add(device + " is in the volume group " + owner + ", which is not the driver's: it is left alone");
        } else if (volume.isEmpty() && survey.obstacle(device).isPresent()) {
            refused.add(namespace.device() + ": " + survey.obstacle(device).get()
                    + ": it is left alone; if nobody needs that, wipe it with: wipefs --all " + device);
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

    private static String name(NamespaceMode mode) {
        return switch (mode) {
            case FSDAX, FSDAX_MEM -> "fsdax";
            case SECTOR -> "sector";
            case RAW -> "raw";
            case DEVDAX -> "devdax";
            case UNKNOWN -> "unknown";
        };
    }
}
