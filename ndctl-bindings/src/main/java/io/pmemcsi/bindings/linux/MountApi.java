// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import io.pmemcsi.bindings.NativeCallException;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Makes mounts. Thread-safe. Needs CAP_SYS_ADMIN. Each method throws {@link NativeCallException} with the failing call,
 * its errno and, where the kernel gives one, the kernel's own text; nothing stays mounted then.
 */
public sealed interface MountApi permits DescriptorMountApi, LegacyMountApi {
    /** The best that the running kernel offers. */
    static MountApi detect() {
        return DescriptorMountApi.isAvailable() ? new DescriptorMountApi() : new LegacyMountApi();
    }

    /** The mount API of Linux 5.12 with file descriptors: mounts are made aside and attached when they are ready. */
    static MountApi descriptors() {
        return new DescriptorMountApi();
    }

    /** mount(2) of all kernels. */
    static MountApi legacy() {
        return new LegacyMountApi();
    }

    /** What it is, for a person. */
    String description();

    /**
     * Mounts a file system.
     *
     * @param check sees the root directory of the mount, still writable, before the mount becomes visible at the target
     *     where the kernel can do that; if it throws, nothing stays mounted
     */
    void mount(MountSource source, MountTarget target, Set<MountProperty> properties, Consumer<OpenFd> check);

    /**
     * Shows the file or directory {@code source} at {@code target} too.
     *
     * @param properties are added to those that the mount of the source has; none is ever taken away
     */
    void bind(OpenFd source, MountTarget target, Set<MountProperty> properties);
}
