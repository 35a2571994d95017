// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.NativeLibrary;
import io.pmemcsi.bindings.raw.LibBlkid;
import io.pmemcsi.bindings.raw.Native;
import java.util.Optional;
import jnr.ffi.Pointer;
import jnr.ffi.byref.PointerByReference;

/**
 * Recognises the content of block devices with libblkid's low-level probing, which reads the device and no cache.
 * Thread-safe: each call has its own probe.
 */
public final class BlkidProbe {
    private static final String SONAME = "libblkid.so.1";
    private static final int BLKID_SUBLKS_TYPE = 1 << 5;
    private static final int NOTHING = 1;
    private static final int AMBIVALENT = -2;

    private final LibBlkid blkid;

    private BlkidProbe(LibBlkid blkid) {
        this.blkid = blkid;
    }

    /** Loads libblkid; on Debian it is in the package libblkid1. */
    public static NativeLibrary<BlkidProbe> load() {
        return switch (Native.load(LibBlkid.class, SONAME)) {
            case NativeLibrary.Loaded<LibBlkid>(LibBlkid calls) -> new NativeLibrary.Loaded<>(new BlkidProbe(calls));
            case NativeLibrary.Missing<LibBlkid>(String soname, String reason) ->
                new NativeLibrary.Missing<>(soname, reason);
        };
    }

    /**
     * Looks at a device.
     *
     * @param device open for reading
     * @throws NativeCallException when it cannot be read
     */
    public DeviceContent probe(OpenFd device) {
        Pointer probe = Native.checkPointer("blkid_new_probe", blkid::blkid_new_probe);
        try {
            int fd = device.number();
            Native.check("blkid_probe_set_device(" + device + ")", () -> blkid.blkid_probe_set_device(probe, fd, 0, 0));
            blkid.blkid_probe_enable_superblocks(probe, 1);
            blkid.blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE);
            blkid.blkid_probe_enable_partitions(probe, 1);
            return content(probe, device);
        } finally {
            blkid.blkid_free_probe(probe);
        }
    }

    private DeviceContent content(Pointer probe, OpenFd device) {
        int result = blkid.blkid_do_safeprobe(probe);
        int errno = Native.errno();
        return switch (result) {
            case 0 ->
                value(probe, "TYPE")
                        .<DeviceContent>map(DeviceContent.Superblock::new)
                        .or(() -> value(probe, "PTTYPE").map(DeviceContent.PartitionTable::new))
                        .orElseGet(DeviceContent.Blank::new);
            case NOTHING -> new DeviceContent.Blank();
            case AMBIVALENT -> new DeviceContent.Ambivalent();
            default ->
                throw new NativeCallException("blkid_do_safeprobe(" + device + ")", errno == 0 ? Errno.EIO : errno);
        };
    }

    /** A value of the probe; the memory behind it belongs to the probe, so the text is copied at once. */
    private Optional<String> value(Pointer probe, String name) {
        PointerByReference data = new PointerByReference();
        int result = blkid.blkid_probe_lookup_value(probe, name, data, null);
        Pointer text = data.getValue();
        return result < 0 || text == null ? Optional.empty() : Optional.of(text.getString(0));
    }
}
