// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.raw;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.Out;
import jnr.ffi.byref.PointerByReference;
import jnr.ffi.types.int64_t;
import org.jspecify.annotations.Nullable;

/** Functions of libblkid ({@code blkid/blkid.h}). */
public interface LibBlkid {
    @Nullable
    Pointer blkid_new_probe();

    void blkid_free_probe(Pointer probe);

    int blkid_probe_set_device(Pointer probe, int fd, @int64_t long offset, @int64_t long size);

    int blkid_probe_enable_superblocks(Pointer probe, int enable);

    int blkid_probe_set_superblocks_flags(Pointer probe, int flags);

    int blkid_probe_enable_partitions(Pointer probe, int enable);

    int blkid_do_safeprobe(Pointer probe);

    int blkid_probe_lookup_value(
            Pointer probe, String name, @Out PointerByReference data, @Out @Nullable Pointer length);
}
