// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

/** How far a store must get to survive a power failure; {@code enum ndctl_persistence_domain}. */
public enum PersistenceDomain {
    NONE,
    MEMORY_CONTROLLER,
    CPU_CACHE,
    UNKNOWN;

    static PersistenceDomain of(int value) {
        return switch (value) {
            case 0 -> NONE;
            case 10 -> MEMORY_CONTROLLER;
            case 20 -> CPU_CACHE;
            default -> UNKNOWN;
        };
    }
}
