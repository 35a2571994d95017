// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

import static io.pmemcsi.bindings.ndctl.NdctlContext.check;
import static io.pmemcsi.bindings.ndctl.NdctlContext.present;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.raw.LibNdctl;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jnr.ffi.Pointer;

/** Initialises labels in one context; for its thread. */
final class Labels {
    /** {@code NDCTL_NS_VERSION_1_2}: the labels that UEFI defines. */
    private static final int VERSION = 1;

    private final NdctlContext context;
    private final LibNdctl ndctl;

    Labels(NdctlContext context) {
        this.context = context;
        this.ndctl = context.calls();
    }

    /** Writes empty labels to the modules of a region; all regions on these modules are out of use meanwhile. */
    void init(String device) {
        Pointer wanted = context.region(device);
        Map<String, Pointer> dimms = dimms(wanted);
        Snapshot snapshot = new Snapshot(context);
        if (dimms.isEmpty() || !dimms.values().stream().allMatch(snapshot::hasLabelArea)) {
            throw new NativeCallException(
                    "initialising the labels of " + device, Errno.EOPNOTSUPP, "its memory has no place for labels");
        }
        List<Pointer> affected = context.buses().stream()
                .flatMap(bus -> context.regions(bus).stream())
                .filter(region -> dimms(region).keySet().stream().anyMatch(dimms::containsKey))
                .toList();
        List<Pointer> disabled = new ArrayList<>();
        try {
            affected.forEach(region -> takeOut(region, disabled));
            dimms.forEach(this::write);
        } finally {
            disabled.forEach(ndctl::ndctl_region_enable);
        }
        check("ndctl_region_enable(" + device + ")", ndctl.ndctl_region_enable(wanted));
    }

    private Map<String, Pointer> dimms(Pointer region) {
        Map<String, Pointer> dimms = new LinkedHashMap<>();
        context.dimmsOfRegion(region)
                .forEach(dimm -> dimms.put(String.valueOf(ndctl.ndctl_dimm_get_devname(dimm)), dimm));
        return dimms;
    }

    /** Nothing that is mounted or otherwise held is taken away; its users would lose it without warning. */
    private void takeOut(Pointer region, List<Pointer> disabled) {
        disabled.add(region);
        for (Pointer namespace : context.namespaces(region)) {
            check(
                    "ndctl_namespace_disable_safe(" + ndctl.ndctl_namespace_get_devname(namespace) + ")",
                    ndctl.ndctl_namespace_disable_safe(namespace));
        }
        check(
                "ndctl_region_disable_invalidate(" + ndctl.ndctl_region_get_devname(region) + ")",
                ndctl.ndctl_region_disable_invalidate(region));
    }

    private void write(String name, Pointer dimm) {
        Pointer index = present("ndctl_dimm_read_label_index(" + name + ")", ndctl.ndctl_dimm_read_label_index(dimm));
        try {
            check("ndctl_dimm_init_labels(" + name + ")", ndctl.ndctl_dimm_init_labels(dimm, VERSION));
        } finally {
            ndctl.ndctl_cmd_unref(index);
        }
        // The kernel reads labels when a module gets its driver.
        check("ndctl_dimm_disable(" + name + ")", ndctl.ndctl_dimm_disable(dimm));
        check("ndctl_dimm_enable(" + name + ")", ndctl.ndctl_dimm_enable(dimm));
    }
}
