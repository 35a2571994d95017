// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import java.util.Optional;

/** An option of a file system: a flag, or a key with a value that may hold any character but NUL. */
public record MountParameter(String key, Optional<String> value) {
    public static MountParameter flag(String key) {
        return new MountParameter(key, Optional.empty());
    }

    public static MountParameter of(String key, String value) {
        return new MountParameter(key, Optional.of(value));
    }

    @Override
    public String toString() {
        return value.map(text -> key + "=" + text).orElse(key);
    }
}
