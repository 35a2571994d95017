// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

import java.util.UUID;

/**
 * What a new namespace is to be.
 *
 * @param region the device name of its region
 * @param name its name: 1 to 63 characters of printable ASCII
 * @param uuid its identity
 * @param mode {@link NamespaceMode#FSDAX} with 2 MiB pages, or {@link NamespaceMode#SECTOR} with sectors of 4096 bytes
 * @param rawSize how much of the region it takes, in bytes: a multiple of the region's alignment
 */
public record NamespaceSpec(String region, String name, UUID uuid, NamespaceMode mode, long rawSize) {
    /** Longest name that a label holds. */
    public static final int MAX_NAME = 63;

    public NamespaceSpec {
        if (name.isEmpty() || name.length() > MAX_NAME || !name.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new IllegalArgumentException(
                    "the name of a namespace has 1 to " + MAX_NAME + " printable ASCII characters: '" + name + "'");
        }
        if (mode != NamespaceMode.FSDAX && mode != NamespaceMode.SECTOR) {
            throw new IllegalArgumentException("namespaces are made as FSDAX or SECTOR, not as " + mode);
        }
        if (rawSize <= 0) {
            throw new IllegalArgumentException("the size of a namespace is above zero: " + rawSize);
        }
    }
}
