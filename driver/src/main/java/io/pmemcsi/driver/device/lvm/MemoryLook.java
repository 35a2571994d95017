// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.linux.BlkidProbe;
import io.pmemcsi.bindings.linux.DeviceContent;
import io.pmemcsi.bindings.linux.LinuxFiles;
import io.pmemcsi.bindings.linux.OpenFd;
import io.pmemcsi.bindings.lvm.Lvm;
import io.pmemcsi.bindings.lvm.LvmCommandException;
import io.pmemcsi.bindings.ndctl.Namespace;
import io.pmemcsi.bindings.ndctl.Ndctl;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Looks at the persistent memory of this node and at what is on it. Changes nothing. */
public final class MemoryLook {
    private final Ndctl ndctl;
    private final Lvm lvm;
    private final BlkidProbe blkid;
    private final Predicate<Path> held;

    /**
     * With the means to look.
     *
     * @param held whether a device is mounted or otherwise claimed
     */
    public MemoryLook(Ndctl ndctl, Lvm lvm, BlkidProbe blkid, Predicate<Path> held) {
        this.ndctl = ndctl;
        this.lvm = lvm;
        this.blkid = blkid;
        this.held = held;
    }

    /**
     * Looks at all of it.
     *
     * @throws StorageException of kind BACKEND_FAULT when it cannot be looked at
     */
    public Survey survey() {
        try {
            return look();
        } catch (NativeCallException | LvmCommandException | IllegalArgumentException e) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT, "looking at the persistent memory: " + e.getMessage(), e);
        }
    }

    private Survey look() {
        List<Namespace> namespaces = ndctl.namespaces();
        Map<Path, String> contents = new HashMap<>();
        Set<Path> used = new HashSet<>();
        for (Namespace namespace : namespaces) {
            namespace.blockDevice().ifPresent(device -> {
                unlessUnreadable(() -> content(namespace, device)).ifPresent(content -> contents.put(device, content));
                unlessUnreadable(() -> {
                            if (held.test(device)) {
                                used.add(device);
                            }
                            return Optional.empty();
                        })
                        .ifPresent(reason -> contents.putIfAbsent(device, reason));
            });
        }
        return new Survey(
                ndctl.regions(), ndctl.dimms(), namespaces, lvm.physicalVolumes(), lvm.groups(), contents, used);
    }

    /** What cannot be looked at may hold anything; it does not keep the rest of the node from being prepared. */
    static Optional<String> unlessUnreadable(Supplier<Optional<String>> look) {
        try {
            return look.get();
        } catch (NativeCallException e) {
            return Optional.of("what cannot be read (" + e.getMessage() + ")");
        }
    }

    private Optional<String> content(Namespace namespace, Path device) {
        Optional<String> content = recognised(device);
        return content.isPresent() || namespace.isStacked() ? content : description(namespace, device);
    }

    private Optional<String> recognised(Path device) {
        try (OpenFd open = LinuxFiles.openDevice(device)) {
            return switch (blkid.probe(open)) {
                case DeviceContent.Blank _ -> Optional.empty();
                case DeviceContent.Superblock(String type) -> Optional.of(type);
                case DeviceContent.PartitionTable(String type) -> Optional.of("a partition table (" + type + ")");
                case DeviceContent.Ambivalent _ -> Optional.of("signatures of several kinds");
            };
        }
    }

    /**
     * libblkid does not know what the kernel writes on bare memory to use it as something else. A namespace of the driver is
     * destroyed when nothing is there, so that has to be proven; others are only lost on request.
     */
    private static Optional<String> description(Namespace namespace, Path device) {
        try (FileChannel channel = FileChannel.open(device, StandardOpenOption.READ)) {
            ByteBuffer head = ByteBuffer.allocate(InfoBlock.HEAD);
            while (head.hasRemaining() && channel.read(head, head.position()) > 0) {}
            head.flip();
            return namespace.name().equals(Survey.NAMESPACE) ? InfoBlock.unlessBlank(head) : InfoBlock.recognise(head);
        } catch (IOException e) {
            throw new NativeCallException("read " + device, Errno.EIO, String.valueOf(e.getMessage()));
        }
    }
}
