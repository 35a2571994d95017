// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.raw.LibNdctl;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import jnr.ffi.Pointer;
import jnr.ffi.byref.PointerByReference;
import org.jspecify.annotations.Nullable;

/**
 * The owner of one context of the library: a picture of the hardware that is taken while it is looked at. Contexts share
 * nothing, so each may live in a thread of its own; one context is for one thread.
 */
final class NdctlContext implements AutoCloseable {
    private final LibNdctl ndctl;
    private final Pointer context;

    private NdctlContext(LibNdctl ndctl, Pointer context) {
        this.ndctl = ndctl;
        this.context = context;
    }

    static NdctlContext open(LibNdctl ndctl) {
        PointerByReference context = new PointerByReference();
        check("ndctl_new", ndctl.ndctl_new(context));
        return new NdctlContext(ndctl, context.getValue());
    }

    LibNdctl calls() {
        return ndctl;
    }

    List<Pointer> buses() {
        return all(() -> ndctl.ndctl_bus_get_first(context), ndctl::ndctl_bus_get_next);
    }

    List<Pointer> dimms(Pointer bus) {
        return all(() -> ndctl.ndctl_dimm_get_first(bus), ndctl::ndctl_dimm_get_next);
    }

    List<Pointer> regions(Pointer bus) {
        return all(() -> ndctl.ndctl_region_get_first(bus), ndctl::ndctl_region_get_next);
    }

    List<Pointer> dimmsOfRegion(Pointer region) {
        return all(
                () -> ndctl.ndctl_region_get_first_dimm(region),
                dimm -> ndctl.ndctl_region_get_next_dimm(region, dimm));
    }

    /** The namespaces of a region that take space; what the kernel keeps ready for the next one is none. */
    List<Pointer> namespaces(Pointer region) {
        return all(() -> ndctl.ndctl_namespace_get_first(region), ndctl::ndctl_namespace_get_next).stream()
                .filter(namespace -> ndctl.ndctl_namespace_get_size(namespace) != 0)
                .toList();
    }

    /**
     * The region called {@code device}.
     *
     * @throws NativeCallException with ENODEV when there is none
     */
    Pointer region(String device) {
        return buses().stream()
                .flatMap(bus -> regions(bus).stream())
                .filter(region -> device.equals(ndctl.ndctl_region_get_devname(region)))
                .findFirst()
                .orElseThrow(() -> new NativeCallException("looking for " + device, Errno.ENODEV));
    }

    /**
     * The namespace that {@code wanted} describes, whatever it is called now.
     *
     * @throws NativeCallException with ENODEV when it is gone
     */
    Pointer namespace(Namespace wanted) {
        return namespaces(region(wanted.region())).stream()
                .filter(namespace -> wanted.labelled()
                        ? wanted.uuid().equals(uuid(namespace))
                        : wanted.device().equals(ndctl.ndctl_namespace_get_devname(namespace)))
                .findFirst()
                .orElseThrow(() -> new NativeCallException("looking for " + wanted.device(), Errno.ENODEV));
    }

    UUID uuid(Pointer namespace) {
        byte[] uuid = new byte[Uuids.LENGTH];
        ndctl.ndctl_namespace_get_uuid(namespace, uuid);
        return Uuids.of(uuid);
    }

    /**
     * Looks at the result of a call.
     *
     * @param call the function and what it was applied to
     * @throws NativeCallException when it is an errno value with its sign changed
     */
    static int check(String call, int result) {
        if (result < 0) {
            throw new NativeCallException(call, -result);
        }
        return result;
    }

    /** As {@link #check}, for calls that give a pointer, or none without a reason. */
    static Pointer present(String call, @Nullable Pointer result) {
        if (result == null) {
            throw new NativeCallException(call, Errno.ENXIO);
        }
        return result;
    }

    private static List<Pointer> all(Supplier<@Nullable Pointer> first, Function<Pointer, @Nullable Pointer> next) {
        List<Pointer> found = new ArrayList<>();
        Pointer at = first.get();
        while (at != null) {
            found.add(at);
            at = next.apply(at);
        }
        return found;
    }

    @Override
    public void close() {
        ndctl.ndctl_unref(context);
    }
}
