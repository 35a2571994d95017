// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import static io.pmemcsi.bindings.linux.Libc.AT_EMPTY_PATH;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.raw.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * fsopen(2), fsmount(2), open_tree(2), move_mount(2), mount_setattr(2). Their numbers are the same on all architectures,
 * and C libraries before glibc 2.36 have no functions for them.
 */
final class DescriptorMountApi implements MountApi {
    private static final long OPEN_TREE = 428;
    private static final long MOVE_MOUNT = 429;
    private static final long FSMOUNT = 432;
    private static final long MOUNT_SETATTR = 442;

    private static final long OPEN_TREE_CLONE = 1;
    private static final long OPEN_TREE_CLOEXEC = 0x80000;
    private static final long FSMOUNT_CLOEXEC = 1;
    private static final long MOVE_MOUNT_F_EMPTY_PATH = 0x04;
    private static final long MOVE_MOUNT_T_EMPTY_PATH = 0x40;
    private static final int ATTR_BYTES = 32;

    /** Whether the kernel has mount_setattr(2), the newest call used here. It checks its flags before anything else. */
    static boolean isAvailable() {
        byte[] none = new byte[ATTR_BYTES];
        long result = Libc.CALLS.syscall(MOUNT_SETATTR, -1L, "", 0x4000_0000L, none, ATTR_BYTES);
        int errno = Native.errno();
        return result >= 0 || errno == Errno.EINVAL;
    }

    @Override
    public String description() {
        return "file descriptor mount API";
    }

    @Override
    public void mount(MountSource source, MountTarget target, Set<MountProperty> properties, Consumer<OpenFd> check) {
        Set<MountProperty> atOnce = EnumSet.noneOf(MountProperty.class);
        atOnce.addAll(properties);
        // The check may have to write, and only the mount becomes read-only, not the file system.
        boolean readOnly = atOnce.remove(MountProperty.READ_ONLY);
        try (FsContext context = FsContext.open(source.type());
                OpenFd made = makeMount(context.create(source), source, atOnce)) {
            check.accept(made);
            if (readOnly) {
                set(made, Set.of(MountProperty.READ_ONLY));
            }
            attach(made, target);
        }
    }

    @Override
    public void bind(OpenFd source, MountTarget target, Set<MountProperty> properties) {
        int fd = source.number();
        long flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH;
        int clone =
                (int) Native.checkLong("open_tree(" + source + ")", () -> Libc.CALLS.syscall(OPEN_TREE, fd, "", flags));
        try (OpenFd tree = OpenFd.owning(clone, "copy of " + source)) {
            set(tree, properties);
            attach(tree, target);
        }
    }

    private static OpenFd makeMount(OpenFd context, MountSource source, Set<MountProperty> properties) {
        int fd = context.number();
        long attributes = MountProperty.attributes(properties);
        long made = Native.checkLong(
                "fsmount(" + source.device() + ")", () -> Libc.CALLS.syscall(FSMOUNT, fd, FSMOUNT_CLOEXEC, attributes));
        return OpenFd.owning((int) made, "mount of " + source.device());
    }

    private static void set(OpenFd mount, Set<MountProperty> properties) {
        int fd = mount.number();
        long attributes = MountProperty.attributes(properties);
        boolean atime = (attributes & MountProperty.ATTRIBUTE_ATIME) != 0;
        byte[] structure = ByteBuffer.allocate(ATTR_BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(attributes)
                .putLong(atime ? MountProperty.ATTRIBUTE_ATIME : 0)
                .array();
        Native.checkLong(
                "mount_setattr(" + mount + ")",
                () -> Libc.CALLS.syscall(MOUNT_SETATTR, fd, "", AT_EMPTY_PATH, structure, ATTR_BYTES));
    }

    private static void attach(OpenFd mount, MountTarget target) {
        int from = mount.number();
        int to = target.node().number();
        long flags = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
        Native.checkLong(
                "move_mount(" + mount + ", " + target + ")",
                () -> Libc.CALLS.syscall(MOVE_MOUNT, from, "", to, "", flags));
    }
}
