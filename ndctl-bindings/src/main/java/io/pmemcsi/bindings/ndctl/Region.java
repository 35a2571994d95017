// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

import java.util.List;

/**
 * A range of persistent memory, on one module or interleaved over several. All sizes are in bytes.
 *
 * @param device its name in the kernel, such as {@code region0}; it may change with the next boot
 * @param bus the bus it is on, such as {@code ndbus0}
 * @param provider what the bus is, such as {@code ACPI.NFIT}
 * @param type {@code pmem}, or what else the kernel calls it
 * @param size all of it
 * @param availableSize what no namespace has; zero without labels
 * @param maxAvailableExtent the largest namespace that could be made
 * @param align what sizes of namespaces are multiples of
 * @param interleaveWays over how many modules it is interleaved
 * @param numaNode the NUMA node it is nearest to; negative when unknown
 * @param persistenceDomain what survives a power failure
 * @param readOnly whether it cannot be written
 * @param enabled whether it has its driver
 * @param labelled whether it can be divided into namespaces, because its modules have initialised labels
 * @param dimms the names of its modules in the kernel; empty when the platform tells none
 */
public record Region(
        String device,
        String bus,
        String provider,
        String type,
        long size,
        long availableSize,
        long maxAvailableExtent,
        long align,
        int interleaveWays,
        int numaNode,
        PersistenceDomain persistenceDomain,
        boolean readOnly,
        boolean enabled,
        boolean labelled,
        List<String> dimms) {
    public Region {
        dimms = List.copyOf(dimms);
    }

    /** Whether it is persistent memory that can be used. */
    public boolean isUsable() {
        return enabled && !readOnly && type.equals("pmem");
    }
}
