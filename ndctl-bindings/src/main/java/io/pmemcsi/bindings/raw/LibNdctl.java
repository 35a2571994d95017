// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.raw;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.byref.PointerByReference;
import jnr.ffi.types.u_int64_t;
import org.jspecify.annotations.Nullable;

/**
 * Functions of libndctl ({@code ndctl/libndctl.h}). A result that is a negative number is an errno value with its sign
 * changed; iteration ends with a null pointer; a C {@code bool} is a byte that is zero or not.
 */
public interface LibNdctl {
    int ndctl_new(@Out PointerByReference context);

    Pointer ndctl_unref(Pointer context);

    @Nullable
    Pointer ndctl_bus_get_first(Pointer context);

    @Nullable
    Pointer ndctl_bus_get_next(Pointer bus);

    @Nullable
    String ndctl_bus_get_devname(Pointer bus);

    @Nullable
    String ndctl_bus_get_provider(Pointer bus);

    @Nullable
    Pointer ndctl_dimm_get_first(Pointer bus);

    @Nullable
    Pointer ndctl_dimm_get_next(Pointer dimm);

    @Nullable
    String ndctl_dimm_get_devname(Pointer dimm);

    @Nullable
    String ndctl_dimm_get_unique_id(Pointer dimm);

    int ndctl_dimm_is_enabled(Pointer dimm);

    int ndctl_dimm_is_cmd_supported(Pointer dimm, int command);

    int ndctl_dimm_has_errors(Pointer dimm);

    int ndctl_dimm_smart_pending(Pointer dimm);

    @Nullable
    Pointer ndctl_dimm_read_label_index(Pointer dimm);

    int ndctl_dimm_init_labels(Pointer dimm, int version);

    int ndctl_dimm_disable(Pointer dimm);

    int ndctl_dimm_enable(Pointer dimm);

    @Nullable
    Pointer ndctl_dimm_cmd_new_smart(Pointer dimm);

    int ndctl_cmd_submit(Pointer command);

    void ndctl_cmd_unref(Pointer command);

    int ndctl_cmd_smart_get_flags(Pointer command);

    int ndctl_cmd_smart_get_health(Pointer command);

    int ndctl_cmd_smart_get_media_temperature(Pointer command);

    double ndctl_decode_smart_temperature(int temperature);

    int ndctl_cmd_smart_get_spares(Pointer command);

    int ndctl_cmd_smart_get_life_used(Pointer command);

    int ndctl_cmd_smart_get_shutdown_count(Pointer command);

    @Nullable
    Pointer ndctl_region_get_first(Pointer bus);

    @Nullable
    Pointer ndctl_region_get_next(Pointer region);

    @Nullable
    String ndctl_region_get_devname(Pointer region);

    @Nullable
    String ndctl_region_get_type_name(Pointer region);

    @u_int64_t
    long ndctl_region_get_size(Pointer region);

    @u_int64_t
    long ndctl_region_get_available_size(Pointer region);

    @u_int64_t
    long ndctl_region_get_max_available_extent(Pointer region);

    @u_int64_t
    long ndctl_region_get_align(Pointer region);

    int ndctl_region_get_interleave_ways(Pointer region);

    int ndctl_region_get_nstype(Pointer region);

    int ndctl_region_get_numa_node(Pointer region);

    int ndctl_region_get_persistence_domain(Pointer region);

    int ndctl_region_get_ro(Pointer region);

    int ndctl_region_is_enabled(Pointer region);

    int ndctl_region_enable(Pointer region);

    int ndctl_region_disable_invalidate(Pointer region);

    @Nullable
    Pointer ndctl_region_get_first_dimm(Pointer region);

    @Nullable
    Pointer ndctl_region_get_next_dimm(Pointer region, Pointer dimm);

    @Nullable
    Pointer ndctl_region_get_namespace_seed(Pointer region);

    @Nullable
    Pointer ndctl_region_get_pfn_seed(Pointer region);

    @Nullable
    Pointer ndctl_region_get_btt_seed(Pointer region);

    @Nullable
    Pointer ndctl_namespace_get_first(Pointer region);

    @Nullable
    Pointer ndctl_namespace_get_next(Pointer namespace);

    @Nullable
    String ndctl_namespace_get_devname(Pointer namespace);

    @Nullable
    String ndctl_namespace_get_alt_name(Pointer namespace);

    void ndctl_namespace_get_uuid(Pointer namespace, @Out byte[] uuid);

    int ndctl_namespace_get_type(Pointer namespace);

    @Nullable
    String ndctl_namespace_get_block_device(Pointer namespace);

    int ndctl_namespace_get_mode(Pointer namespace);

    int ndctl_namespace_get_raw_mode(Pointer namespace);

    @u_int64_t
    long ndctl_namespace_get_size(Pointer namespace);

    @u_int64_t
    long ndctl_namespace_get_resource(Pointer namespace);

    int ndctl_namespace_get_num_sector_sizes(Pointer namespace);

    int ndctl_namespace_is_enabled(Pointer namespace);

    byte ndctl_namespace_is_active(Pointer namespace);

    @Nullable
    Pointer ndctl_namespace_get_pfn(Pointer namespace);

    @Nullable
    Pointer ndctl_namespace_get_btt(Pointer namespace);

    @Nullable
    Pointer ndctl_namespace_get_dax(Pointer namespace);

    int ndctl_namespace_set_uuid(Pointer namespace, @In byte[] uuid);

    int ndctl_namespace_set_alt_name(Pointer namespace, String name);

    int ndctl_namespace_set_size(Pointer namespace, @u_int64_t long size);

    int ndctl_namespace_set_sector_size(Pointer namespace, int size);

    int ndctl_namespace_set_enforce_mode(Pointer namespace, int mode);

    int ndctl_namespace_set_raw_mode(Pointer namespace, int raw);

    int ndctl_namespace_enable(Pointer namespace);

    int ndctl_namespace_disable_invalidate(Pointer namespace);

    int ndctl_namespace_disable_safe(Pointer namespace);

    int ndctl_namespace_delete(Pointer namespace);

    @Nullable
    Pointer ndctl_namespace_get_first_badblock(Pointer namespace);

    @Nullable
    Pointer ndctl_namespace_get_next_badblock(Pointer namespace);

    int ndctl_pfn_set_uuid(Pointer pfn, @In byte[] uuid);

    int ndctl_pfn_set_location(Pointer pfn, int location);

    int ndctl_pfn_has_align(Pointer pfn);

    int ndctl_pfn_set_align(Pointer pfn, @u_int64_t long align);

    int ndctl_pfn_set_namespace(Pointer pfn, @Nullable Pointer namespace);

    int ndctl_pfn_enable(Pointer pfn);

    int ndctl_pfn_is_enabled(Pointer pfn);

    int ndctl_pfn_get_location(Pointer pfn);

    @u_int64_t
    long ndctl_pfn_get_align(Pointer pfn);

    @u_int64_t
    long ndctl_pfn_get_size(Pointer pfn);

    @u_int64_t
    long ndctl_pfn_get_resource(Pointer pfn);

    @Nullable
    String ndctl_pfn_get_block_device(Pointer pfn);

    int ndctl_btt_set_uuid(Pointer btt, @In byte[] uuid);

    int ndctl_btt_set_sector_size(Pointer btt, int size);

    int ndctl_btt_set_namespace(Pointer btt, @Nullable Pointer namespace);

    int ndctl_btt_enable(Pointer btt);

    int ndctl_btt_is_enabled(Pointer btt);

    int ndctl_btt_get_sector_size(Pointer btt);

    @u_int64_t
    long ndctl_btt_get_size(Pointer btt);

    @Nullable
    String ndctl_btt_get_block_device(Pointer btt);

    int ndctl_dax_is_enabled(Pointer dax);

    @u_int64_t
    long ndctl_dax_get_size(Pointer dax);
}
