// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.memory;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.mount.FsUsage;
import io.pmemcsi.driver.mount.KubeletNote;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.mount.MountRequest;
import io.pmemcsi.driver.mount.Mounted;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.Occupant;
import io.pmemcsi.driver.mount.TargetRules;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The reference implementation: nothing is mounted, but every rule of the port holds. Mounts live as long as this object.
 */
public final class MemoryMounter implements Mounter {
    private static final String BLOCK = Mounted.BLOCK;
    private static final long BYTES_PER_INODE = 16384;

    private final TargetRules rules;
    private final MemoryFileSystems fileSystems;
    private final boolean daxPossible;
    private final Nodes nodes;
    private final Map<Path, Mount> mounts = new LinkedHashMap<>();
    private final Set<Path> held = new HashSet<>();

    private record Mount(Device device, Mounted shown) {}

    private MemoryMounter(TargetRules rules, MemoryFileSystems fileSystems, boolean daxPossible, Nodes nodes) {
        this.rules = rules;
        this.fileSystems = fileSystems;
        this.daxPossible = daxPossible;
        this.nodes = nodes;
    }

    /**
     * A mounter whose targets appear and vanish as real directories and files, for whoever looks at them from outside.
     *
     * @param daxPossible whether the devices are taken to have DAX
     */
    public static MemoryMounter withRealTargets(TargetRules rules, MemoryFileSystems fileSystems, boolean daxPossible) {
        return new MemoryMounter(rules, fileSystems, daxPossible, new RealNodes());
    }

    /** A mounter that touches nothing: targets, too, exist in memory, and the directories that hold them always do. */
    public static MemoryMounter withImaginedTargets(
            TargetRules rules, MemoryFileSystems fileSystems, boolean daxPossible) {
        return new MemoryMounter(rules, fileSystems, daxPossible, new ImaginedNodes());
    }

    /** Lets {@link #unmount} of a target fail, as if a process used it, until it is {@link #release}d. */
    public synchronized void hold(Path target) {
        held.add(target);
    }

    public synchronized void release(Path target) {
        held.remove(target);
    }

    @Override
    public synchronized boolean mount(MountRequest request) {
        Path target = request.target();
        Device device = request.device();
        requireParent(target);
        if (fileSystems.isMounted(device)) {
            throw failure(FailureKind.IN_USE, target, "volume " + device.id() + " is mounted already");
        }
        requireFree(target, Nodes.Kind.DIRECTORY);
        if (request.dax() == DaxPolicy.REQUIRED && !daxPossible) {
            throw failure(FailureKind.NOT_READY, target, "daxPolicy is required, but the device has no DAX");
        }
        String type = request.fsType().kernelName();
        if (!fileSystems.probe(device).equals(Optional.of(type))) {
            throw failure(FailureKind.BACKEND_FAULT, target, "the device holds no " + type);
        }
        attach(target, Nodes.Kind.DIRECTORY, device, type, request.flags().isReadOnly());
        return daxPossible && request.dax() != DaxPolicy.NEVER;
    }

    @Override
    public synchronized void bind(Path source, Path target, MountFlags flags) {
        requireReachable(source);
        requireReachable(target);
        Mount from = mounts.get(source);
        if (from == null) {
            throw failure(FailureKind.NOT_FOUND, source, "nothing is mounted there");
        }
        requireFree(target, Nodes.Kind.DIRECTORY);
        boolean readOnly = flags.isReadOnly() || from.shown().readOnly();
        attach(target, Nodes.Kind.DIRECTORY, from.device(), from.shown().type(), readOnly);
    }

    @Override
    public synchronized void bindBlock(Device device, Path target, boolean readOnly) {
        requireParent(target);
        requireFree(target, Nodes.Kind.EMPTY_FILE);
        attach(target, Nodes.Kind.EMPTY_FILE, device, BLOCK, readOnly);
    }

    private void attach(Path target, Nodes.Kind kind, Device device, String type, boolean readOnly) {
        if (nodes.kind(target) == Nodes.Kind.ABSENT) {
            nodes.make(target, kind);
        }
        mounts.put(target, new Mount(device, new Mounted(target, type, readOnly)));
        count(device, type, 1);
    }

    /** A bound device node is no use of the file system on it. */
    private void count(Device device, String type, int change) {
        if (!type.equals(BLOCK)) {
            fileSystems.count(device, change);
        }
    }

    @Override
    public synchronized Optional<Mounted> find(Path target) {
        if (!reach(target)) {
            return Optional.empty();
        }
        return Optional.ofNullable(mounts.get(target)).map(Mount::shown);
    }

    @Override
    public synchronized Occupant find(Path target, Device device) {
        Mount found = reach(target) ? mounts.get(target) : null;
        if (found == null) {
            return Occupant.NOTHING;
        }
        return found.device().path().equals(device.path()) ? Occupant.THIS : Occupant.OTHER;
    }

    @Override
    public synchronized List<Mounted> mountsOf(Device device) {
        return mounts.values().stream()
                .filter(mount -> mount.device().path().equals(device.path()))
                .map(Mount::shown)
                .toList();
    }

    @Override
    public synchronized void unmount(Path target) {
        if (!reach(target) || !mounts.containsKey(target)) {
            return;
        }
        if (held.contains(target)) {
            throw failure(FailureKind.IN_USE, target, "is in use");
        }
        Mount gone = mounts.remove(target);
        if (gone != null) {
            count(gone.device(), gone.shown().type(), -1);
        }
    }

    @Override
    public synchronized void removeTarget(Path target) {
        if (!reach(target)) {
            return;
        }
        if (mounts.containsKey(target)) {
            throw failure(FailureKind.IN_USE, target, "something is mounted there");
        }
        switch (nodes.kind(target)) {
            case DIRECTORY, EMPTY_FILE -> nodes.remove(target);
            case ABSENT -> {}
            case SYMBOLIC_LINK, FILE_WITH_CONTENT, OTHER ->
                throw failure(FailureKind.IN_USE, target, "is not an empty file or directory");
        }
    }

    @Override
    public synchronized boolean rootExists(Path target) {
        return rules.roots().stream().filter(target::startsWith).anyMatch(nodes::isRoot);
    }

    @Override
    public boolean isLostByKubelet(Path target) {
        return parentExists(target) && KubeletNote.isDamaged(target);
    }

    @Override
    public synchronized boolean parentExists(Path target) {
        try {
            requireParent(target);
            return true;
        } catch (StorageException e) {
            return false;
        }
    }

    /** Plausible figures for an empty file system. */
    @Override
    public synchronized FsUsage usage(Path target) {
        requireReachable(target);
        Mount found = mounts.get(target);
        if (found == null) {
            throw failure(FailureKind.NOT_FOUND, target, "nothing is mounted there");
        }
        if (found.shown().isBlock()) {
            throw failure(FailureKind.UNSUPPORTED, target, "holds no file system");
        }
        ByteSize total = fileSystems.size(found.device());
        ByteSize used = MemoryFileSystems.structures(total);
        long inodes = total.bytes() / BYTES_PER_INODE;
        long inodesUsed = Math.min(inodes, 11);
        return new FsUsage(total, used, total.minusOrZero(used), inodes, inodesUsed, inodes - inodesUsed);
    }

    private void requireParent(Path target) {
        nodes.requireParent(rules.place(target));
    }

    /** False when the directory that holds the target is absent; a refused target is a failure. */
    private boolean reach(Path target) {
        try {
            requireReachable(target);
            return true;
        } catch (StorageException e) {
            if (e.kind() == FailureKind.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    private void requireReachable(Path target) {
        requireParent(target);
        if (nodes.kind(target) == Nodes.Kind.SYMBOLIC_LINK) {
            throw failure(FailureKind.INVALID_REQUEST, target, "is a symbolic link");
        }
    }

    private void requireFree(Path target, Nodes.Kind wanted) {
        if (mounts.containsKey(target)) {
            throw failure(FailureKind.IN_USE, target, "something is mounted there already");
        }
        Nodes.Kind kind = nodes.kind(target);
        boolean fullFile = wanted == Nodes.Kind.EMPTY_FILE && kind == Nodes.Kind.FILE_WITH_CONTENT;
        boolean fullDirectory = kind == Nodes.Kind.DIRECTORY && kind == wanted && nodes.holdsEntries(target);
        if (fullFile || fullDirectory) {
            throw failure(FailureKind.IN_USE, target, "is not empty; to be mounted at it has to be absent or empty");
        }
        if (kind != Nodes.Kind.ABSENT && kind != wanted) {
            throw failure(FailureKind.INVALID_REQUEST, target, "exists and is a " + kind);
        }
    }

    private static StorageException failure(FailureKind kind, Path path, String text) {
        return new StorageException(kind, "path " + Quoted.path(path) + ": " + text);
    }
}
