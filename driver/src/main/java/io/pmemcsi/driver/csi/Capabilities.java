// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import csi.v1.VolumeCapability;
import io.pmemcsi.driver.domain.AccessMode;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.mount.MountFlags;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads volume capabilities. Pure. */
final class Capabilities {
    private static final String MODES =
            "SINGLE_NODE_WRITER, SINGLE_NODE_READER_ONLY, SINGLE_NODE_SINGLE_WRITER," + " SINGLE_NODE_MULTI_WRITER";

    private Capabilities() {}

    /** One capability of a request. */
    record Capability(AccessType access, Optional<FsType> fsType, MountFlags flags, AccessMode mode) {}

    static Capability one(boolean present, VolumeCapability capability) {
        if (!present) {
            throw Limits.invalid("volume_capability: missing");
        }
        return switch (capability.getAccessTypeCase()) {
            case BLOCK ->
                new Capability(AccessType.BLOCK, Optional.empty(), MountFlags.NONE, mode(capability.getAccessMode()));
            case MOUNT -> mount(capability.getMount(), mode(capability.getAccessMode()));
            case ACCESSTYPE_NOT_SET ->
                throw Limits.invalid("volume_capability: access_type is missing; allowed are block, mount");
        };
    }

    private static Capability mount(VolumeCapability.MountVolume mount, AccessMode mode) {
        if (!mount.getVolumeMountGroup().isEmpty()) {
            throw Limits.invalid("volume_capability: volume_mount_group is not supported; use fsGroup"
                    + " (the CSIDriver object's fsGroupPolicy is File)");
        }
        MountFlags flags = MountFlags.parse(Limits.mountFlags(mount.getMountFlagsList()));
        return new Capability(AccessType.MOUNT, fsType(mount.getFsType()), flags, mode);
    }

    private static Optional<FsType> fsType(String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(FsType.named(name)
                .orElseThrow(() -> Limits.invalid("volume_capability: fs_type " + Quoted.text(name)
                        + " is not allowed; allowed are " + FsType.names())));
    }

    private static AccessMode mode(VolumeCapability.AccessMode mode) {
        return switch (mode.getMode()) {
            case SINGLE_NODE_WRITER -> AccessMode.SINGLE_NODE_WRITER;
            case SINGLE_NODE_READER_ONLY -> AccessMode.SINGLE_NODE_READER_ONLY;
            case SINGLE_NODE_SINGLE_WRITER -> AccessMode.SINGLE_NODE_SINGLE_WRITER;
            case SINGLE_NODE_MULTI_WRITER -> AccessMode.SINGLE_NODE_MULTI_WRITER;
            case UNKNOWN, MULTI_NODE_READER_ONLY, MULTI_NODE_SINGLE_WRITER, MULTI_NODE_MULTI_WRITER, UNRECOGNIZED ->
                throw Limits.invalid(
                        "volume_capability: access_mode " + mode.getMode() + " is not allowed; allowed are " + MODES);
        };
    }

    /** What a volume must be to satisfy all capabilities of a request. */
    static Capability all(String field, List<VolumeCapability> capabilities) {
        requireSome(field, capabilities);
        List<Capability> read =
                capabilities.stream().map(capability -> one(true, capability)).toList();
        Set<AccessType> types = read.stream().map(Capability::access).collect(Collectors.toSet());
        Set<FsType> fsTypes = read.stream().flatMap(c -> c.fsType().stream()).collect(Collectors.toSet());
        if (types.size() > 1 || fsTypes.size() > 1) {
            throw Limits.invalid(field + ": a volume is either block or mount, with one fs_type; the capabilities ask"
                    + " for more than one");
        }
        Capability first = read.getFirst();
        return new Capability(first.access(), fsTypes.stream().findFirst(), first.flags(), first.mode());
    }

    static void requireSome(String field, List<VolumeCapability> capabilities) {
        if (capabilities.isEmpty()) {
            throw Limits.invalid(field + ": missing");
        }
    }
}
