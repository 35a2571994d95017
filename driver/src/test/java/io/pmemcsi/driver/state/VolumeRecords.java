// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state;

import io.pmemcsi.driver.domain.AccessMode;
import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.domain.VolumeId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Sample records. */
public final class VolumeRecords {
    public static final VolumeTraits TRAITS =
            new VolumeTraits(AccessType.MOUNT, FsType.EXT4, Usage.APP_DIRECT, DaxPolicy.REQUIRED, true);
    public static final Instant CREATED = Instant.parse("2026-11-23T04:05:06.789Z");

    private VolumeRecords() {}

    public static VolumeRecord creating(String name) {
        return VolumeRecord.creating(VolumeId.ofName(name), name, Lifecycle.PERSISTENT, TRAITS, CREATED);
    }

    public static VolumeRecord adopted(String name) {
        return VolumeRecord.adopted(VolumeId.ofName(name), TRAITS, ByteSize.mebibytes(3), CREATED);
    }

    /** A record in which every optional field has a value. */
    public static VolumeRecord full(String name) {
        return creating(name)
                .ready(ByteSize.mebibytes(64))
                .asFormatted()
                .daxProven(false)
                .staged(Optional.of(new Staging(
                        Path.of("/var/lib/kubelet/plugins/x/globalmount"), Optional.of(List.of("noatime")))))
                .published(new Publication(Path.of("/pods/a/mount"), true, AccessMode.SINGLE_NODE_MULTI_WRITER))
                .published(new Publication(Path.of("/pods/b/mount"), false, AccessMode.SINGLE_NODE_MULTI_WRITER))
                .erasedTo(4096);
    }
}
