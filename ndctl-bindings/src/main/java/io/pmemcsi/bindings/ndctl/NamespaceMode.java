// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

/** What a namespace is used as. */
public enum NamespaceMode {
    /** A block device that file systems can use with DAX; its page structures are on the memory itself (map=dev). */
    FSDAX(0),
    /** As FSDAX, with the page structures in ordinary memory (map=mem), as a namespace has it that nobody has configured. */
    FSDAX_MEM(0),
    /** A block device whose sectors are written whole or not at all (BTT); no DAX. */
    SECTOR(1),
    /** A block device of the memory as it is. */
    RAW(2),
    /** A character device, for one program. */
    DEVDAX(3),
    UNKNOWN(4);

    private final int number;

    NamespaceMode(int number) {
        this.number = number;
    }

    /** The value in {@code enum ndctl_namespace_mode}. */
    int number() {
        return number;
    }

    /** What ndctl calls it. */
    public String label() {
        return switch (this) {
            case FSDAX, FSDAX_MEM -> "fsdax";
            case SECTOR -> "sector";
            case RAW -> "raw";
            case DEVDAX -> "devdax";
            case UNKNOWN -> "unknown";
        };
    }
}
