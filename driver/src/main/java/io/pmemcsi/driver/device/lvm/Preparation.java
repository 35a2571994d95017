// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.linux.BlkidProbe;
import io.pmemcsi.bindings.linux.BlockDevices;
import io.pmemcsi.bindings.linux.DeviceContent;
import io.pmemcsi.bindings.linux.LinuxFiles;
import io.pmemcsi.bindings.linux.OpenFd;
import io.pmemcsi.bindings.lvm.Lvm;
import io.pmemcsi.bindings.lvm.LvmCommandException;
import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.NamespaceMode;
import io.pmemcsi.bindings.ndctl.NamespaceSpec;
import io.pmemcsi.bindings.ndctl.Ndctl;
import io.pmemcsi.bindings.ndctl.Region;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Prepares a node for device mode lvm: regions become namespaces, and those one volume group per region. Not safe for
 * concurrent use on one node.
 *
 * <p>After each step the node is looked at anew, so a preparation that was interrupted anywhere is finished by the next one.
 */
public final class Preparation {
    /** The first extent begins here, so that 2 MiB pages are possible at all. */
    private static final String DATA_ALIGNMENT = "2m";

    /** A node has no more steps than this; more would mean that one has no effect. */
    private static final int MOST_STEPS = 1000;

    private final Ndctl ndctl;
    private final Lvm lvm;
    private final BlkidProbe blkid;
    private final BlockDevices blockDevices = new BlockDevices();

    public Preparation(Ndctl ndctl, Lvm lvm, BlkidProbe blkid) {
        this.ndctl = ndctl;
        this.lvm = lvm;
        this.blkid = blkid;
    }

    /**
     * What would be done now, region by region. Changes nothing.
     *
     * @throws StorageException of kind BACKEND_FAULT when the node cannot be looked at
     */
    public List<RegionPlan> plan(PrepareOptions options) {
        return guarded("looking at the persistent memory", () -> Planner.plan(survey(), options));
    }

    /**
     * Does it.
     *
     * @param before told of each step before it is made
     * @return the plan that is left: without steps
     * @throws StorageException of kind BACKEND_FAULT when a step fails; the earlier ones stay done
     */
    public List<RegionPlan> run(PrepareOptions options, Consumer<Step> before) {
        for (int done = 0; done < MOST_STEPS; done++) {
            List<RegionPlan> plans = plan(options);
            Optional<Step> next =
                    plans.stream().flatMap(plan -> plan.steps().stream()).findFirst();
            if (next.isEmpty()) {
                return plans;
            }
            before.accept(next.get());
            guarded(next.get().toString(), () -> {
                perform(next.get());
                return true;
            });
        }
        throw new StorageException(
                FailureKind.BACKEND_FAULT, "after " + MOST_STEPS + " steps there is still something to do");
    }

    private void perform(Step step) {
        switch (step) {
            case Step.InitLabels(String region) -> ndctl.initLabels(region(region));
            case Step.DestroyNamespace destroy -> ndctl.destroy(namespace(destroy.namespace()));
            case Step.ReconfigureNamespace reconfigure -> {
                Namespace _ = ndctl.reconfigureAsFsdax(namespace(reconfigure.namespace()));
            }
            case Step.EnableNamespace(String namespace) -> {
                Namespace _ = ndctl.enable(namespace(namespace));
            }
            case Step.CreateNamespace create -> {
                Namespace _ = ndctl.create(new NamespaceSpec(
                        create.region(),
                        Survey.NAMESPACE,
                        UUID.randomUUID(),
                        NamespaceMode.FSDAX,
                        create.size().bytes()));
            }
            case Step.AddToGroup add -> addToGroup(add);
        }
    }

    /** LVM would ask before it overwrites a signature, and takes no for an answer here. */
    private void addToGroup(Step.AddToGroup add) {
        String device = add.device()
                .map(Path::toString)
                .orElseThrow(() -> new IllegalStateException("the namespace for " + add.group() + " was not made"));
        String _ =
                lvm.run(add.exists() ? "vgextend" : "vgcreate", "--dataalignment", DATA_ALIGNMENT, add.group(), device);
    }

    private Region region(String device) {
        return only(
                "region " + device, ndctl.regions(), region -> region.device().equals(device));
    }

    private Namespace namespace(String device) {
        return only(device, ndctl.namespaces(), namespace -> namespace.device().equals(device));
    }

    private static <T> T only(String what, List<T> all, Predicate<T> wanted) {
        return all.stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> new StorageException(FailureKind.BACKEND_FAULT, what + " is gone"));
    }

    private Survey survey() {
        List<Namespace> namespaces = ndctl.namespaces();
        Map<Path, String> contents = new HashMap<>();
        Set<Path> held = new HashSet<>();
        for (Namespace namespace : namespaces) {
            namespace.blockDevice().ifPresent(device -> {
                content(device).ifPresent(content -> contents.put(device, content));
                if (blockDevices.isHeld(device)) {
                    held.add(device);
                }
            });
        }
        return new Survey(
                ndctl.regions(), ndctl.dimms(), namespaces, lvm.physicalVolumes(), lvm.groups(), contents, held);
    }

    private Optional<String> content(Path device) {
        try (OpenFd open = LinuxFiles.openDevice(device)) {
            return switch (blkid.probe(open)) {
                case DeviceContent.Blank _ -> Optional.empty();
                case DeviceContent.Superblock(String type) -> Optional.of(type);
                case DeviceContent.PartitionTable(String type) -> Optional.of("a partition table (" + type + ")");
                case DeviceContent.Ambivalent _ -> Optional.of("signatures of several kinds");
            };
        }
    }

    private static <T> T guarded(String what, Supplier<T> work) {
        try {
            return work.get();
        } catch (NativeCallException | LvmCommandException | IllegalArgumentException e) {
            throw new StorageException(FailureKind.BACKEND_FAULT, what + ": " + e.getMessage(), e);
        }
    }
}
