// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import java.util.Optional;

/**
 * One option of a file system, as fsconfig(2) takes it: a flag, or a key with a value. The value may hold commas, so
 * options are never joined to one string where the kernel offers a better way.
 */
public record FsOption(String key, Optional<String> value) {
    @Override
    public String toString() {
        return value.map(text -> key + "=" + text).orElse(key);
    }
}
