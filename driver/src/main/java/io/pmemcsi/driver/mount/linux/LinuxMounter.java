// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.linux.DeviceNumber;
import io.pmemcsi.bindings.linux.FsSpace;
import io.pmemcsi.bindings.linux.LinuxFiles;
import io.pmemcsi.bindings.linux.MountApi;
import io.pmemcsi.bindings.linux.MountEntry;
import io.pmemcsi.bindings.linux.MountProperty;
import io.pmemcsi.bindings.linux.MountTable;
import io.pmemcsi.bindings.linux.OpenFd;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.mount.FsUsage;
import io.pmemcsi.driver.mount.KubeletNote;
import io.pmemcsi.driver.mount.MountAttribute;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.mount.MountRequest;
import io.pmemcsi.driver.mount.Mounted;
import io.pmemcsi.driver.mount.Mounter;
import io.pmemcsi.driver.mount.Occupant;
import io.pmemcsi.driver.mount.TargetRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Mounts with the Linux kernel. Every path is resolved once, without following symbolic links, and what was found stays
 * open until the call is done.
 *
 * <p>A device is mounted once and then bound: {@link #mount} fails with IN_USE while the device is mounted anywhere that this
 * process sees, or when anything is mounted at the target.
 */
public final class LinuxMounter implements Mounter {
    private static final int MOST_MOUNTS_AT_A_TARGET = 100;

    /** The file systems that a device node can be bound from; a look at what they show never waits for anything. */
    private static final Set<String> HOLD_NODES = Set.of("devtmpfs", "tmpfs");

    private final MountApi api;
    private final TargetRules rules;
    private final Predicate<DeviceNumber> daxPossible;

    /**
     * Takes what it works with.
     *
     * @param api normally {@link MountApi#detect()}
     * @param roots the directories below which targets may lie: the kubelet's and the driver's own
     */
    public LinuxMounter(MountApi api, List<Path> roots) {
        this(api, roots, DaxProof::isPossible);
    }

    /**
     * The same with somebody else's word on which block devices may have DAX, in place of the kernel's in sysfs. Whether
     * DAX is active is proven all the same.
     */
    public LinuxMounter(MountApi api, List<Path> roots, Predicate<DeviceNumber> daxPossible) {
        this.api = api;
        this.rules = new TargetRules(roots);
        this.daxPossible = daxPossible;
    }

    @Override
    public boolean mount(MountRequest request) {
        DeviceNumber number = DeviceNode.number(request.device());
        AtomicBoolean dax = new AtomicBoolean();
        try (OpenPlace place = OpenPlace.open(rules, request.target())) {
            requireNotMounted(request.device(), number);
            Set<MountProperty> properties = properties(request.flags());
            var mount = new FileSystemMount(api, request, properties, daxPossible.test(number));
            place.onDirectory(target -> dax.set(mount.mount(target)));
        }
        return dax.get();
    }

    @Override
    public void bind(Path source, Path target, MountFlags flags) {
        try (OpenPlace from = OpenPlace.open(rules, source);
                OpenPlace to = OpenPlace.open(rules, target);
                OpenFd root = from.mounted()) {
            to.onDirectory(place -> api.bind(root, place, properties(flags)));
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Not {@code nodev}, which would make the node useless. A read-only mount does not keep anyone from writing to the
     * device behind a node either: whoever opens it for a pod has to.
     */
    @Override
    public void bindBlock(Device device, Path target, boolean readOnly) {
        Set<MountProperty> properties = EnumSet.of(MountProperty.NO_SUID, MountProperty.NO_EXEC);
        if (readOnly) {
            properties.add(MountProperty.READ_ONLY);
        }
        try (OpenPlace to = OpenPlace.open(rules, target);
                OpenFd node = DeviceNode.open(device)) {
            to.onFile(place -> api.bind(node, place, properties));
        }
    }

    @Override
    public Optional<Mounted> find(Path target) {
        return at(target, (entry, node) -> mounted(target, entry, node));
    }

    @Override
    public Occupant find(Path target, Device device) {
        DeviceNumber number = DeviceNode.number(device);
        return at(target, (entry, node) -> node.orElse(entry.device()).equals(number) ? Occupant.THIS : Occupant.OTHER)
                .orElse(Occupant.NOTHING);
    }

    /**
     * Looks at what is mounted at a target.
     *
     * @param view takes the mount, and the block device whose node is bound there, if one is
     */
    private <T> Optional<T> at(Path target, BiFunction<MountEntry, Optional<DeviceNumber>, T> view) {
        Optional<OpenPlace> found = OpenPlace.find(rules, target);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (OpenPlace place = found.get()) {
            return place.mountId()
                    .flatMap(id -> mountTable().stream()
                            .filter(entry -> entry.id() == id)
                            .findFirst())
                    .map(entry -> view.apply(entry, place.blockDevice()));
        }
    }

    private static Mounted mounted(Path path, MountEntry entry, Optional<DeviceNumber> node) {
        return new Mounted(path, node.isPresent() ? Mounted.BLOCK : entry.type(), entry.isReadOnly());
    }

    @Override
    public List<Mounted> mountsOf(Device device) {
        DeviceNumber number = DeviceNode.number(device);
        return mountTable().stream()
                .filter(entry -> entry.device().equals(number) || HOLD_NODES.contains(entry.type()))
                .flatMap(entry -> targets(Path.of(entry.mountPoint())))
                .distinct()
                .filter(path -> find(path, device) == Occupant.THIS)
                .flatMap(path -> find(path).stream())
                .toList();
    }

    /** The mount table knows real paths only, while a root may lead through symbolic links. */
    private Stream<Path> targets(Path mountPoint) {
        for (Path root : rules.roots()) {
            Path real = real(root);
            if (mountPoint.startsWith(real) && !mountPoint.equals(real)) {
                return Stream.of(root.resolve(real.relativize(mountPoint)));
            }
        }
        return Stream.empty();
    }

    private static Path real(Path root) {
        try {
            return root.toRealPath();
        } catch (IOException e) {
            return root;
        }
    }

    private static List<MountEntry> mountTable() {
        return Failures.guarded("the mount table", MountTable::read);
    }

    @Override
    public void unmount(Path target) {
        Optional<OpenPlace> found = OpenPlace.find(rules, target);
        if (found.isEmpty()) {
            return;
        }
        try (OpenPlace place = found.get()) {
            for (int i = 0; i < MOST_MOUNTS_AT_A_TARGET && place.mountId().isPresent(); i++) {
                place.unmount();
            }
            if (place.mountId().isPresent()) {
                throw new StorageException(
                        FailureKind.BACKEND_FAULT, "path " + Quoted.path(target) + ": is mounted again and again");
            }
        }
    }

    @Override
    public void removeTarget(Path target) {
        Optional<OpenPlace> found = OpenPlace.find(rules, target);
        if (found.isPresent()) {
            try (OpenPlace place = found.get()) {
                place.removeEntry();
            }
        }
    }

    @Override
    public boolean rootExists(Path target) {
        return rules.roots().stream().anyMatch(root -> target.startsWith(root) && Files.isDirectory(root));
    }

    @Override
    public boolean parentExists(Path target) {
        try (OpenPlace _ = OpenPlace.open(rules, target)) {
            return true;
        } catch (StorageException e) {
            if (e.kind() == FailureKind.NOT_FOUND || e.kind() == FailureKind.INVALID_REQUEST) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public boolean isLostByKubelet(Path target) {
        return parentExists(target) && KubeletNote.isDamaged(target);
    }

    @Override
    public FsUsage usage(Path target) {
        try (OpenPlace place = OpenPlace.open(rules, target);
                OpenFd root = place.mounted()) {
            if (!LinuxFiles.status(root).isDirectory()) {
                throw new StorageException(
                        FailureKind.UNSUPPORTED, "path " + Quoted.path(target) + ": holds no file system");
            }
            return usage(LinuxFiles.space(root));
        } catch (NativeCallException e) {
            throw Failures.ofMount(target, e);
        }
    }

    private static FsUsage usage(FsSpace space) {
        return new FsUsage(
                ByteSize.of(space.totalBytes()),
                ByteSize.of(Math.max(0, space.totalBytes() - space.freeBytes())),
                ByteSize.of(space.availableBytes()),
                space.files(),
                Math.max(0, space.files() - space.freeFiles()),
                space.freeFiles());
    }

    private static void requireNotMounted(Device device, DeviceNumber number) {
        Optional<MountEntry> other = mountTable().stream()
                .filter(entry -> entry.device().equals(number))
                .findFirst();
        if (other.isPresent()) {
            throw new StorageException(
                    FailureKind.IN_USE,
                    "volume " + device.id() + " is mounted already, at "
                            + Quoted.path(Path.of(other.get().mountPoint())));
        }
    }

    private static Set<MountProperty> properties(MountFlags flags) {
        Set<MountProperty> properties = EnumSet.of(MountProperty.NO_SUID, MountProperty.NO_DEV);
        flags.attributes().forEach(attribute -> properties.add(property(attribute)));
        return properties;
    }

    private static MountProperty property(MountAttribute attribute) {
        return switch (attribute) {
            case READ_ONLY -> MountProperty.READ_ONLY;
            case NO_EXEC -> MountProperty.NO_EXEC;
            case NO_ATIME -> MountProperty.NO_ATIME;
            case STRICT_ATIME -> MountProperty.STRICT_ATIME;
            case NO_DIR_ATIME -> MountProperty.NO_DIR_ATIME;
        };
    }
}
