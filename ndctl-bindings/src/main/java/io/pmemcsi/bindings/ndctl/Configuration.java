// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

import static io.pmemcsi.bindings.ndctl.NdctlContext.check;
import static io.pmemcsi.bindings.ndctl.NdctlContext.present;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.linux.BlockDevices;
import io.pmemcsi.bindings.raw.LibNdctl;
import java.nio.file.Path;
import java.util.UUID;
import jnr.ffi.Pointer;

/** Changes to namespaces in one context; for its thread. */
final class Configuration {
    /** Of pages, so that the kernel can map files with its large ones. */
    private static final long ALIGN = 2L << 20;

    private static final int LOCATION_PMEM = 2;
    private static final int SECTOR_SIZE = 4096;
    /** Where the kernel looks for what is stacked on a namespace: both versions of the BTT's and the PFN's block. */
    private static final long INFO_BLOCKS = 8192;

    private final NdctlContext context;
    private final LibNdctl ndctl;

    Configuration(NdctlContext context) {
        this.context = context;
        this.ndctl = context.calls();
    }

    /** Makes a namespace; nothing is left of it when that fails. */
    void create(NamespaceSpec spec) {
        Pointer region = context.region(spec.region());
        Pointer seed = present(
                "ndctl_region_get_namespace_seed(" + spec.region() + ")",
                ndctl.ndctl_region_get_namespace_seed(region));
        if (ndctl.ndctl_namespace_get_size(seed) != 0) {
            throw new NativeCallException(
                    "making a namespace in " + spec.region(),
                    Errno.EBUSY,
                    name(seed) + " is half made; the region has no other place for a new one");
        }
        try {
            label(seed, spec);
            stack(region, seed, spec.mode());
        } catch (RuntimeException e) {
            reset(seed, e);
            throw e;
        }
    }

    private void label(Pointer seed, NamespaceSpec spec) {
        String what = name(seed);
        check("ndctl_namespace_set_uuid(" + what + ")", ndctl.ndctl_namespace_set_uuid(seed, Uuids.bytes(spec.uuid())));
        check(
                "ndctl_namespace_set_alt_name(" + what + ", " + spec.name() + ")",
                ndctl.ndctl_namespace_set_alt_name(seed, spec.name()));
        check(
                "ndctl_namespace_set_size(" + what + ", " + spec.rawSize() + ")",
                ndctl.ndctl_namespace_set_size(seed, spec.rawSize()));
        if (spec.mode() == NamespaceMode.SECTOR && ndctl.ndctl_namespace_get_num_sector_sizes(seed) > 0) {
            check(
                    "ndctl_namespace_set_sector_size(" + what + ")",
                    ndctl.ndctl_namespace_set_sector_size(seed, SECTOR_SIZE));
        }
        check(
                "ndctl_namespace_set_enforce_mode(" + what + ", " + spec.mode() + ")",
                ndctl.ndctl_namespace_set_enforce_mode(seed, spec.mode().number()));
    }

    private void stack(Pointer region, Pointer namespace, NamespaceMode mode) {
        if (mode == NamespaceMode.SECTOR) {
            stackBtt(region, namespace);
        } else {
            stackPfn(region, namespace);
        }
    }

    private void stackPfn(Pointer region, Pointer namespace) {
        String what = name(namespace);
        Pointer pfn = present("ndctl_region_get_pfn_seed for " + what, ndctl.ndctl_region_get_pfn_seed(region));
        byte[] uuid = Uuids.bytes(UUID.randomUUID());
        check("ndctl_pfn_set_uuid for " + what, ndctl.ndctl_pfn_set_uuid(pfn, uuid));
        check("ndctl_pfn_set_location for " + what, ndctl.ndctl_pfn_set_location(pfn, LOCATION_PMEM));
        if (ndctl.ndctl_pfn_has_align(pfn) > 0) {
            check("ndctl_pfn_set_align for " + what, ndctl.ndctl_pfn_set_align(pfn, ALIGN));
        }
        check("ndctl_pfn_set_namespace for " + what, ndctl.ndctl_pfn_set_namespace(pfn, namespace));
        int result = ndctl.ndctl_pfn_enable(pfn);
        if (result < 0) {
            // A seed that keeps its namespace could not be used for the next one.
            ndctl.ndctl_pfn_set_namespace(pfn, null);
        }
        check("ndctl_pfn_enable for " + what, result);
    }

    private void stackBtt(Pointer region, Pointer namespace) {
        String what = name(namespace);
        Pointer btt = present("ndctl_region_get_btt_seed for " + what, ndctl.ndctl_region_get_btt_seed(region));
        byte[] uuid = Uuids.bytes(UUID.randomUUID());
        check("ndctl_btt_set_uuid for " + what, ndctl.ndctl_btt_set_uuid(btt, uuid));
        check("ndctl_btt_set_sector_size for " + what, ndctl.ndctl_btt_set_sector_size(btt, SECTOR_SIZE));
        check("ndctl_btt_set_namespace for " + what, ndctl.ndctl_btt_set_namespace(btt, namespace));
        int result = ndctl.ndctl_btt_enable(btt);
        if (result < 0) {
            ndctl.ndctl_btt_set_namespace(btt, null);
        }
        check("ndctl_btt_enable for " + what, result);
    }

    /** A half-made namespace would block the region's only place for a new one, and keep its name. */
    private void reset(Pointer seed, RuntimeException reason) {
        String what = name(seed);
        try {
            check("ndctl_namespace_disable_invalidate(" + what + ")", ndctl.ndctl_namespace_disable_invalidate(seed));
            check("ndctl_namespace_delete(" + what + ")", ndctl.ndctl_namespace_delete(seed));
        } catch (NativeCallException e) {
            reason.addSuppressed(e);
        }
    }

    /** Makes FSDAX of a namespace without labels; what it held is lost. */
    void reconfigure(Namespace wanted) {
        Namespace raw = enableRaw(wanted);
        Path node =
                raw.blockDevice().orElseThrow(() -> new NativeCallException("opening " + raw.device(), Errno.ENXIO));
        new BlockDevices().zero(node, 0, INFO_BLOCKS);
        Pointer namespace = context.namespace(wanted);
        check("ndctl_namespace_disable_safe(" + wanted.device() + ")", ndctl.ndctl_namespace_disable_safe(namespace));
        setRaw(namespace, false);
        stackPfn(context.region(wanted.region()), namespace);
    }

    /** Takes a namespace away, and with it what it held. */
    void destroy(Namespace wanted) {
        Pointer namespace = context.namespace(wanted);
        check("ndctl_namespace_disable_safe(" + wanted.device() + ")", ndctl.ndctl_namespace_disable_safe(namespace));
        setRaw(namespace, false);
        check("ndctl_namespace_delete(" + wanted.device() + ")", ndctl.ndctl_namespace_delete(namespace));
    }

    void disable(Namespace wanted) {
        check(
                "ndctl_namespace_disable_safe(" + wanted.device() + ")",
                ndctl.ndctl_namespace_disable_safe(context.namespace(wanted)));
    }

    /** Gives a namespace its device, as what it is configured as. */
    void enable(Namespace wanted) {
        Pointer namespace = context.namespace(wanted);
        if (ndctl.ndctl_namespace_get_raw_mode(namespace) > 0) {
            check(
                    "ndctl_namespace_disable_safe(" + wanted.device() + ")",
                    ndctl.ndctl_namespace_disable_safe(namespace));
            setRaw(namespace, false);
        }
        if (ndctl.ndctl_namespace_is_active(namespace) == 0) {
            check("ndctl_namespace_enable(" + wanted.device() + ")", ndctl.ndctl_namespace_enable(namespace));
        }
    }

    /** Gives a namespace a device of all its memory; what is stacked on it is out of use. */
    Namespace enableRaw(Namespace wanted) {
        Pointer namespace = context.namespace(wanted);
        check("ndctl_namespace_disable_safe(" + wanted.device() + ")", ndctl.ndctl_namespace_disable_safe(namespace));
        try {
            setRaw(namespace, true);
            check("ndctl_namespace_enable(" + wanted.device() + ")", ndctl.ndctl_namespace_enable(namespace));
        } catch (NativeCallException e) {
            ndctl.ndctl_namespace_set_raw_mode(namespace, 0);
            ndctl.ndctl_namespace_enable(namespace);
            throw e;
        }
        return new Snapshot(context).namespace(context.region(wanted.region()), namespace);
    }

    private void setRaw(Pointer namespace, boolean raw) {
        check(
                "ndctl_namespace_set_raw_mode(" + name(namespace) + ", " + raw + ")",
                ndctl.ndctl_namespace_set_raw_mode(namespace, raw ? 1 : 0));
    }

    private String name(Pointer namespace) {
        return String.valueOf(ndctl.ndctl_namespace_get_devname(namespace));
    }
}
