// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.direct;

import io.pmemcsi.bindings.ndctl.NamespaceMode;
import io.pmemcsi.driver.domain.ByteSize;

/**
 * How much of a namespace its device shows. The kernel decides that when it makes the device; this follows
 * {@code nd_pfn_init} in {@code drivers/nvdimm/pfn_devs.c} and {@code alloc_arena} in {@code drivers/nvdimm/btt.c}, for
 * namespaces that begin at a multiple of 2 MiB. A kernel with another page size or larger page structures shows less, so
 * look at what it has made.
 */
final class NamespaceSizes {
    private static final long PAGE = 4096;
    private static final long PAGE_STRUCTURE = 64;
    /** Before the page structures: the block that describes the namespace. */
    private static final long HEAD = 8192;

    private static final long DATA_ALIGN = 2L << 20;

    private static final long ARENA = 512L << 30;
    private static final long LEAST_ARENA = 16L << 20;
    /** Before the first arena, with labels of version 1.1; with those of version 1.2 there is nothing, and one sector more is shown. */
    private static final long BTT_OFFSET = PAGE;
    /** Two blocks that describe the arena, the log of 256 lanes, and what the kernel counts for rounding up its map. */
    private static final long ARENA_FIXED = 2 * PAGE + 256 * 64 + PAGE;

    private static final long MAP_ENTRY = 4;
    private static final long SPARE_SECTORS = 256;

    private NamespaceSizes() {}

    /** What the device of a namespace of {@code raw} bytes shows; zero when it is too small to have one. */
    static ByteSize usable(NamespaceMode mode, ByteSize raw) {
        return ByteSize.of(mode == NamespaceMode.SECTOR ? sectors(raw.bytes()) : fsdax(raw.bytes()));
    }

    private static long fsdax(long raw) {
        if (raw <= HEAD) {
            return 0;
        }
        long structures = (raw - HEAD) / PAGE * PAGE_STRUCTURE;
        long offset = roundUp(HEAD + structures, DATA_ALIGN);
        long end = raw - raw % DATA_ALIGN;
        return Math.max(0, end - offset);
    }

    private static long sectors(long raw) {
        long shown = 0;
        for (long rest = raw - BTT_OFFSET; rest >= LEAST_ARENA; rest -= ARENA) {
            long available = Math.min(rest, ARENA) - ARENA_FIXED;
            shown += (available / (PAGE + MAP_ENTRY) - SPARE_SECTORS) * PAGE;
        }
        return shown;
    }

    /**
     * The smallest namespace whose device shows {@code wanted}.
     *
     * @param wanted at most what {@code most} shows
     * @param step what sizes of namespaces are multiples of; {@code most} is one
     */
    static ByteSize raw(NamespaceMode mode, ByteSize wanted, ByteSize step, ByteSize most) {
        long low = 1;
        long high = most.bytes() / step.bytes();
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (usable(mode, ByteSize.of(middle * step.bytes())).isBelow(wanted)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return ByteSize.of(low * step.bytes());
    }

    private static long roundUp(long value, long unit) {
        return (value + unit - 1) / unit * unit;
    }
}
