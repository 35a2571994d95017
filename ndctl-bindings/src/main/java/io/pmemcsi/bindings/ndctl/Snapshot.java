// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

import io.pmemcsi.bindings.linux.BadBlocks;
import io.pmemcsi.bindings.raw.LibNdctl;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/** Copies what a context shows into records. For the thread of that context. */
final class Snapshot {
    /** {@code ND_DEVICE_NAMESPACE_PMEM} of {@code linux/ndctl.h}: namespaces that labels describe. */
    private static final int LABELLED = 5;
    /** {@code ND_CMD_SMART}, {@code ND_CMD_GET_CONFIG_SIZE}, {@code ND_CMD_SET_CONFIG_DATA} of {@code linux/ndctl.h}. */
    private static final int SMART = 1;

    private static final int GET_LABEL_SIZE = 4;
    private static final int SET_LABEL_DATA = 6;

    private static final int LOCATION_PMEM = 2;
    private static final long SECTOR = 512;

    private final NdctlContext context;
    private final LibNdctl ndctl;

    Snapshot(NdctlContext context) {
        this.context = context;
        this.ndctl = context.calls();
    }

    List<Region> regions() {
        List<Region> regions = new ArrayList<>();
        for (Pointer bus : context.buses()) {
            for (Pointer region : context.regions(bus)) {
                regions.add(region(bus, region));
            }
        }
        return regions;
    }

    private Region region(Pointer bus, Pointer region) {
        return new Region(
                text(ndctl.ndctl_region_get_devname(region)),
                text(ndctl.ndctl_bus_get_devname(bus)),
                text(ndctl.ndctl_bus_get_provider(bus)),
                text(ndctl.ndctl_region_get_type_name(region)),
                ndctl.ndctl_region_get_size(region),
                known(ndctl.ndctl_region_get_available_size(region)),
                known(ndctl.ndctl_region_get_max_available_extent(region)),
                known(ndctl.ndctl_region_get_align(region)),
                Math.max(1, ndctl.ndctl_region_get_interleave_ways(region)),
                ndctl.ndctl_region_get_numa_node(region),
                PersistenceDomain.of(ndctl.ndctl_region_get_persistence_domain(region)),
                ndctl.ndctl_region_get_ro(region) > 0,
                ndctl.ndctl_region_is_enabled(region) > 0,
                ndctl.ndctl_region_get_nstype(region) == LABELLED,
                context.dimmsOfRegion(region).stream()
                        .map(dimm -> text(ndctl.ndctl_dimm_get_devname(dimm)))
                        .toList());
    }

    /** The library gives all ones for what the kernel does not tell. */
    private static long known(long value) {
        return Math.max(0, value);
    }

    List<Dimm> dimms() {
        List<Dimm> dimms = new ArrayList<>();
        for (Pointer bus : context.buses()) {
            for (Pointer dimm : context.dimms(bus)) {
                dimms.add(dimm(bus, dimm));
            }
        }
        return dimms;
    }

    private Dimm dimm(Pointer bus, Pointer dimm) {
        return new Dimm(
                text(ndctl.ndctl_dimm_get_devname(dimm)),
                text(ndctl.ndctl_bus_get_devname(bus)),
                text(ndctl.ndctl_dimm_get_unique_id(dimm)),
                ndctl.ndctl_dimm_is_enabled(dimm) > 0,
                hasLabelArea(dimm),
                ndctl.ndctl_dimm_has_errors(dimm) > 0,
                health(dimm));
    }

    boolean hasLabelArea(Pointer dimm) {
        return ndctl.ndctl_dimm_is_cmd_supported(dimm, GET_LABEL_SIZE) > 0
                && ndctl.ndctl_dimm_is_cmd_supported(dimm, SET_LABEL_DATA) > 0;
    }

    private Optional<DimmHealth> health(Pointer dimm) {
        Pointer command =
                ndctl.ndctl_dimm_is_cmd_supported(dimm, SMART) > 0 ? ndctl.ndctl_dimm_cmd_new_smart(dimm) : null;
        if (command == null) {
            return Optional.empty();
        }
        try {
            if (ndctl.ndctl_cmd_submit(command) < 0) {
                return Optional.empty();
            }
            return Optional.of(DimmHealth.of(
                    ndctl.ndctl_cmd_smart_get_flags(command),
                    ndctl.ndctl_cmd_smart_get_health(command),
                    ndctl.ndctl_decode_smart_temperature(ndctl.ndctl_cmd_smart_get_media_temperature(command)),
                    ndctl.ndctl_cmd_smart_get_spares(command),
                    ndctl.ndctl_cmd_smart_get_life_used(command),
                    ndctl.ndctl_cmd_smart_get_shutdown_count(command)));
        } finally {
            ndctl.ndctl_cmd_unref(command);
        }
    }

    List<Namespace> namespaces() {
        List<Namespace> namespaces = new ArrayList<>();
        for (Pointer bus : context.buses()) {
            for (Pointer region : context.regions(bus)) {
                context.namespaces(region).forEach(namespace -> namespaces.add(namespace(region, namespace)));
            }
        }
        return namespaces;
    }

    Namespace namespace(Pointer region, Pointer namespace) {
        Holder holder = holder(namespace);
        long rawSize = ndctl.ndctl_namespace_get_size(namespace);
        return new Namespace(
                text(ndctl.ndctl_namespace_get_devname(namespace)),
                text(ndctl.ndctl_region_get_devname(region)),
                text(ndctl.ndctl_namespace_get_alt_name(namespace)),
                context.uuid(namespace),
                holder.mode(),
                ndctl.ndctl_namespace_get_raw_mode(namespace) > 0,
                rawSize,
                holder.enabled() ? holder.size() : rawSize,
                holder.dataOffset(),
                holder.enabled() ? holder.node() : Optional.empty(),
                holder.enabled(),
                ndctl.ndctl_namespace_get_type(namespace) == LABELLED);
    }

    /** What makes a device of a namespace: the namespace itself, or what is stacked on it. */
    private record Holder(NamespaceMode mode, long size, long dataOffset, Optional<Path> node, boolean enabled) {}

    private Holder holder(Pointer namespace) {
        Pointer pfn = ndctl.ndctl_namespace_get_pfn(namespace);
        if (pfn != null) {
            return pfn(namespace, pfn);
        }
        Pointer btt = ndctl.ndctl_namespace_get_btt(namespace);
        if (btt != null) {
            return new Holder(
                    NamespaceMode.SECTOR,
                    ndctl.ndctl_btt_get_size(btt),
                    0,
                    node(ndctl.ndctl_btt_get_block_device(btt)),
                    ndctl.ndctl_btt_is_enabled(btt) > 0);
        }
        Pointer dax = ndctl.ndctl_namespace_get_dax(namespace);
        if (dax != null) {
            return new Holder(
                    NamespaceMode.DEVDAX,
                    ndctl.ndctl_dax_get_size(dax),
                    0,
                    Optional.empty(),
                    ndctl.ndctl_dax_is_enabled(dax) > 0);
        }
        return new Holder(
                bareMode(ndctl.ndctl_namespace_get_mode(namespace)),
                ndctl.ndctl_namespace_get_size(namespace),
                0,
                node(ndctl.ndctl_namespace_get_block_device(namespace)),
                ndctl.ndctl_namespace_is_enabled(namespace) > 0);
    }

    private Holder pfn(Pointer namespace, Pointer pfn) {
        boolean onMemory = ndctl.ndctl_pfn_get_location(pfn) == LOCATION_PMEM;
        long offset = ndctl.ndctl_pfn_get_resource(pfn) - ndctl.ndctl_namespace_get_resource(namespace);
        return new Holder(
                onMemory ? NamespaceMode.FSDAX : NamespaceMode.FSDAX_MEM,
                ndctl.ndctl_pfn_get_size(pfn),
                Math.max(0, offset),
                node(ndctl.ndctl_pfn_get_block_device(pfn)),
                ndctl.ndctl_pfn_is_enabled(pfn) > 0);
    }

    /** The mode of a namespace with nothing stacked on it. */
    static NamespaceMode bareMode(int number) {
        return switch (number) {
            case 0 -> NamespaceMode.FSDAX_MEM;
            case 1 -> NamespaceMode.SECTOR;
            case 2 -> NamespaceMode.RAW;
            case 3 -> NamespaceMode.DEVDAX;
            default -> NamespaceMode.UNKNOWN;
        };
    }

    List<BadBlocks.Range> badBlocks(Pointer namespace) {
        List<BadBlocks.Range> ranges = new ArrayList<>();
        Pointer at = ndctl.ndctl_namespace_get_first_badblock(namespace);
        while (at != null) {
            // struct badblock: unsigned long long offset; unsigned int len
            ranges.add(new BadBlocks.Range(
                    at.getLong(0) * SECTOR, Integer.toUnsignedLong(at.getInt(Long.BYTES)) * SECTOR));
            at = ndctl.ndctl_namespace_get_next_badblock(namespace);
        }
        return ranges;
    }

    private static Optional<Path> node(@Nullable String blockDevice) {
        return blockDevice == null || blockDevice.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of("/dev").resolve(blockDevice));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
