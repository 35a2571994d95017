// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import java.util.Set;
import java.util.stream.Collectors;

/** Properties of one mount: {@code MOUNT_ATTR_*} of mount_setattr(2), {@code MS_*} of mount(2). */
public enum MountProperty {
    READ_ONLY(0x01, 0x01),
    NO_SUID(0x02, 0x02),
    NO_DEV(0x04, 0x04),
    NO_EXEC(0x08, 0x08),
    NO_ATIME(0x10, 0x400),
    /** Without effect next to {@link #NO_ATIME}. */
    STRICT_ATIME(0x20, 0x1000000),
    NO_DIR_ATIME(0x80, 0x800);

    /** {@code MOUNT_ATTR__ATIME}: all bits of the access time setting, of which one value is chosen. */
    static final long ATTRIBUTE_ATIME = 0x70;

    private final long attribute;
    private final long flag;

    MountProperty(long attribute, long flag) {
        this.attribute = attribute;
        this.flag = flag;
    }

    static long attributes(Set<MountProperty> properties) {
        return effective(properties).stream().mapToLong(p -> p.attribute).reduce(0, (a, b) -> a | b);
    }

    static long flags(Set<MountProperty> properties) {
        return effective(properties).stream().mapToLong(p -> p.flag).reduce(0, (a, b) -> a | b);
    }

    private static Set<MountProperty> effective(Set<MountProperty> properties) {
        if (!properties.contains(NO_ATIME)) {
            return properties;
        }
        return properties.stream().filter(p -> p != STRICT_ATIME).collect(Collectors.toSet());
    }
}
