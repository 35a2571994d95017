// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.raw.Native;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * mount(2). Sources and targets are given as {@code /proc/self/fd/N}, so that they are exactly what was opened and
 * checked. A mount is visible before it is checked and before its last properties are set; no better is possible here.
 */
final class LegacyMountApi implements MountApi {
    private static final long MS_REMOUNT = 0x20;
    private static final long MS_BIND = 0x1000;
    private static final int MNT_DETACH = 2;

    /** Options of every file system that mount(2) takes as flags, not as text. */
    private static final Map<String, Long> SUPERBLOCK_FLAGS =
            Map.of("sync", 0x10L, "dirsync", 0x80L, "lazytime", 0x2000000L);

    /** The {@code ST_*} bits of statvfs(3) for read-only, nosuid, nodev, noexec and access times equal {@code MS_*}. */
    private static final long SAME_IN_STATVFS = 0x0f | 0x400 | 0x800;

    @Override
    public String description() {
        return "mount(2)";
    }

    @Override
    public void mount(MountSource source, MountTarget target, Set<MountProperty> properties, Consumer<OpenFd> check) {
        Set<MountProperty> first = EnumSet.allOf(MountProperty.class);
        first.retainAll(properties);
        first.remove(MountProperty.READ_ONLY);
        List<String> options = new ArrayList<>();
        long flags = MountProperty.flags(first);
        for (MountParameter parameter : source.parameters()) {
            Long flag = SUPERBLOCK_FLAGS.get(parameter.toString());
            if (flag == null) {
                options.add(option(parameter));
            } else {
                flags |= flag;
            }
        }
        call(source.device().toString(), target.node(), source.type(), flags, String.join(",", options));
        undoingOnFailure(target, () -> {
            try (OpenFd root = target.mounted()) {
                check.accept(root);
                if (properties.contains(MountProperty.READ_ONLY)) {
                    remount(root, MountProperty.flags(properties));
                }
            }
        });
    }

    @Override
    public void bind(OpenFd source, MountTarget target, Set<MountProperty> properties) {
        long inherited = LinuxFiles.space(source).flags() & SAME_IN_STATVFS;
        call(source.procPath().toString(), target.node(), null, MS_BIND, null);
        undoingOnFailure(target, () -> {
            try (OpenFd root = target.mounted()) {
                remount(root, inherited | MountProperty.flags(properties));
            }
        });
    }

    private static void remount(OpenFd mounted, long flags) {
        call("none", mounted, null, MS_REMOUNT | MS_BIND | flags, null);
    }

    private static void call(
            String source, OpenFd target, @Nullable String type, long flags, @Nullable String options) {
        String from = Libc.text(source);
        String to = target.procPath().toString();
        String text = "mount(" + source + ", " + target + (options == null ? "" : ", " + options) + ")";
        Native.check(text, () -> Libc.CALLS.mount(from, to, type, flags, options));
    }

    /** Options share one text here, with commas between them, and only SELinux labels may be quoted. */
    private static String option(MountParameter parameter) {
        if (parameter.toString().indexOf(',') < 0) {
            return parameter.toString();
        }
        if (parameter.key().equals("context")) {
            return "context=\"" + parameter.value().orElse("") + "\"";
        }
        throw new NativeCallException("mount option " + parameter, Errno.EINVAL, "no comma is possible with mount(2)");
    }

    private static void undoingOnFailure(MountTarget target, Runnable rest) {
        try {
            rest.run();
        } catch (RuntimeException e) {
            try {
                MountPoints.unmount(target.parent(), target.name(), MNT_DETACH);
            } catch (NativeCallException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }
}
