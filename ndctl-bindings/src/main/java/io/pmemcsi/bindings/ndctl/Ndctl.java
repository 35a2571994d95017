// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.NativeLibrary;
import io.pmemcsi.bindings.linux.BadBlocks;
import io.pmemcsi.bindings.raw.LibNdctl;
import io.pmemcsi.bindings.raw.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import jnr.ffi.Pointer;

/**
 * The persistent memory of this machine and its partitions, through libndctl. Changing anything needs root.
 *
 * <p>Every call works on a context of its own, which is closed when it returns: it sees what other programs have changed, and
 * nothing native outlives it. Safe for concurrent use; calls that change something wait for each other, because the
 * kernel has one place per region where a new namespace begins, and calls that only look never wait for those.
 *
 * <p>Failures are {@link NativeCallException} with the errno of the library: ENODEV when what a record describes is gone,
 * EBUSY when it is mounted or otherwise held.
 */
public final class Ndctl {
    private static final String SONAME = "libndctl.so.6";

    private final LibNdctl ndctl;
    private final ReentrantLock changes = new ReentrantLock();

    private Ndctl(LibNdctl ndctl) {
        this.ndctl = ndctl;
    }

    /** Loads libndctl; on Debian it is in the package libndctl6. */
    public static NativeLibrary<Ndctl> load() {
        return switch (Native.load(LibNdctl.class, SONAME)) {
            case NativeLibrary.Loaded<LibNdctl>(LibNdctl calls) -> new NativeLibrary.Loaded<>(new Ndctl(calls));
            case NativeLibrary.Missing<LibNdctl>(String soname, String reason) ->
                new NativeLibrary.Missing<>(soname, reason);
        };
    }

    /** All regions of all buses. Cheap: namespaces are not looked at. */
    public List<Region> regions() {
        return look(context -> new Snapshot(context).regions());
    }

    /** All modules of all buses; asks each for its health. */
    public List<Dimm> dimms() {
        return look(context -> new Snapshot(context).dimms());
    }

    /** All namespaces of all regions that take space, enabled or not. */
    public List<Namespace> namespaces() {
        return look(context -> new Snapshot(context).namespaces());
    }

    /** A namespace as it is now, whatever has become of its number. */
    public Namespace refresh(Namespace namespace) {
        return look(context ->
                new Snapshot(context).namespace(context.region(namespace.region()), context.namespace(namespace)));
    }

    /**
     * What tells the device that a node shows now from any other that may get the same node later, without looking at all
     * namespaces: the UUID of the namespace or of the block that describes it ({@code device/uuid} in sysfs).
     *
     * @return empty when the node is not that of persistent memory, or of none any more
     */
    public static Optional<String> identity(Path blockDevice) {
        try {
            Path uuid = Path.of("/sys/class/block", String.valueOf(blockDevice.getFileName()), "device", "uuid");
            return Optional.of(Files.readString(uuid).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The damaged ranges of a namespace that its region knows of, counted from the namespace's first byte. */
    public List<BadBlocks.Range> badBlocks(Namespace namespace) {
        return look(context -> new Snapshot(context).badBlocks(context.namespace(namespace)));
    }

    /**
     * Writes empty labels to the modules of a region, so that it can be divided into namespaces. What was on it is lost.
     *
     * @throws IllegalArgumentException when it has labels already
     * @throws NativeCallException EOPNOTSUPP when the memory has no place for labels; EBUSY when it is in use
     */
    public void initLabels(Region region) {
        if (region.labelled()) {
            throw new IllegalArgumentException(region.device() + " has labels already");
        }
        change(context -> new Labels(context).init(region.device()));
    }

    /**
     * Makes a namespace and enables it. Nothing is left of it when that fails. It shows what its memory held before.
     *
     * @throws NativeCallException EINVAL for a size that the region does not take, ENOSPC when it has no such space in
     *     one piece, EBUSY when another program is just making one
     */
    public Namespace create(NamespaceSpec spec) {
        change(context -> new Configuration(context).create(spec));
        return look(context -> {
            Pointer region = context.region(spec.region());
            Pointer made = context.namespaces(region).stream()
                    .filter(namespace -> spec.uuid().equals(context.uuid(namespace)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("the new namespace " + spec.uuid() + " is gone"));
            return new Snapshot(context).namespace(region, made);
        });
    }

    /**
     * Makes FSDAX of a namespace on memory without labels. What it held is lost.
     *
     * @throws IllegalArgumentException for a namespace with a label
     */
    public Namespace reconfigureAsFsdax(Namespace namespace) {
        if (namespace.labelled()) {
            throw new IllegalArgumentException(namespace.device() + " has a label: destroy it and make another");
        }
        change(context -> new Configuration(context).reconfigure(namespace));
        return refresh(namespace);
    }

    /** Removes a namespace; its space becomes free, with what it held still there. */
    public void destroy(Namespace namespace) {
        change(context -> new Configuration(context).destroy(namespace));
    }

    /** Gives a namespace its device, as what it is configured as; ends {@link #enableRaw}. */
    public Namespace enable(Namespace namespace) {
        change(context -> new Configuration(context).enable(namespace));
        return refresh(namespace);
    }

    /**
     * Gives a namespace a device of all its memory, instead of the one it is configured for. Lasts until
     * {@link #enable} or the next boot.
     */
    public Namespace enableRaw(Namespace namespace) {
        change(context -> {
            Namespace _ = new Configuration(context).enableRaw(namespace);
        });
        return refresh(namespace);
    }

    /** Takes a namespace's device away. */
    public void disable(Namespace namespace) {
        change(context -> new Configuration(context).disable(namespace));
    }

    private <T> T look(Function<NdctlContext, T> question) {
        try (NdctlContext context = NdctlContext.open(ndctl)) {
            return question.apply(context);
        }
    }

    private void change(Consumer<NdctlContext> change) {
        changes.lock();
        try (NdctlContext context = NdctlContext.open(ndctl)) {
            change.accept(context);
        } finally {
            changes.unlock();
        }
    }
}
