// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.linux.BlkidProbe;
import io.pmemcsi.bindings.linux.BlockDevices;
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
    private final MemoryLook memory;

    public Preparation(Ndctl ndctl, Lvm lvm, BlkidProbe blkid) {
        this.ndctl = ndctl;
        this.lvm = lvm;
        this.memory = new MemoryLook(ndctl, lvm, blkid, new BlockDevices()::isHeld);
    }

    /**
     * What would be done now, region by region. Changes nothing.
     *
     * @throws StorageException of kind BACKEND_FAULT when the node cannot be looked at
     */
    public List<RegionPlan> plan(PrepareOptions options) {
        return Planner.plan(memory.survey(), options);
    }

    /**
     * Does it. A step that fails ends the work on its region; the other regions are not kept waiting for it.
     *
     * @param before told of each step before it is made
     * @return the plan that is left: without steps, and with the failures among what is refused
     * @throws StorageException of kind BACKEND_FAULT when the node cannot be looked at
     */
    public Outcome run(PrepareOptions options, Consumer<Step> before) {
        Map<String, String> failures = new HashMap<>();
        Set<Step> enabled = new HashSet<>();
        for (int done = 0; done < MOST_STEPS; done++) {
            List<RegionPlan> plans = plan(options).stream()
                    .map(plan ->
                            failures.containsKey(plan.region()) ? plan.abandoned(failures.get(plan.region())) : plan)
                    .toList();
            Optional<RegionPlan> next =
                    plans.stream().filter(plan -> !plan.steps().isEmpty()).findFirst();
            if (next.isEmpty()) {
                return new Outcome(plans, failures.isEmpty());
            }
            String region = next.get().region();
            Step step = next.get().steps().getFirst();
            if (step instanceof Step.EnableNamespace && !enabled.add(step)) {
                failures.put(
                        region, "could not " + step + ": the kernel gives it no device, see dmesg; it is left alone");
            } else {
                before.accept(step);
                attempt(step).ifPresent(reason -> failures.put(region, "could not " + step + ": " + reason));
            }
        }
        throw new StorageException(
                FailureKind.BACKEND_FAULT, "after " + MOST_STEPS + " steps there is still something to do");
    }

    /**
     * What is left after preparing a node.
     *
     * @param complete whether no step has failed
     */
    public record Outcome(List<RegionPlan> plans, boolean complete) {
        public Outcome {
            plans = List.copyOf(plans);
        }
    }

    /** Makes a step; why it failed, if it did. */
    private Optional<String> attempt(Step step) {
        try {
            return guarded(step.toString(), () -> {
                perform(step);
                return Optional.empty();
            });
        } catch (StorageException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
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

    private static <T> T guarded(String what, Supplier<T> work) {
        try {
            return work.get();
        } catch (NativeCallException | LvmCommandException | IllegalArgumentException e) {
            throw new StorageException(FailureKind.BACKEND_FAULT, what + ": " + e.getMessage(), e);
        }
    }
}
