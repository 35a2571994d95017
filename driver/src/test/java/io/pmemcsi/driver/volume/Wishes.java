// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.volume.VolumeParameters.Origin;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Requests with defaults. */
final class Wishes {
    static final SizeRange SIZE = atLeast(100);

    private Wishes() {}

    static SizeRange atLeast(long mebibytes) {
        return SizeRange.atLeast(ByteSize.mebibytes(mebibytes));
    }

    static SizeRange between(long least, long most) {
        return new SizeRange(ByteSize.mebibytes(least), Optional.of(ByteSize.mebibytes(most)));
    }

    static VolumeWish mount() {
        return mount(Map.of());
    }

    static VolumeWish mount(Map<String, String> parameters) {
        return new VolumeWish(
                AccessType.MOUNT, Optional.empty(), VolumeParameters.parse(Origin.STORAGE_CLASS, parameters));
    }

    static VolumeWish mount(FsType type) {
        return new VolumeWish(AccessType.MOUNT, Optional.of(type), mount().parameters());
    }

    static VolumeWish block() {
        return new VolumeWish(AccessType.BLOCK, Optional.empty(), mount().parameters());
    }

    static VolumeWish inline(Map<String, String> attributes) {
        return new VolumeWish(AccessType.MOUNT, Optional.empty(), VolumeParameters.parse(Origin.INLINE, attributes));
    }

    static InlineRequest inlineRequest(String handle, String pod, Map<String, String> more) {
        Map<String, String> attributes = new HashMap<>(Map.of("size", "100Mi"));
        attributes.putAll(more);
        return new InlineRequest(handle, inline(attributes), MountFlags.NONE, TestNode.publication(pod));
    }

    static InlineRequest inlineRequest(String handle, String pod) {
        return inlineRequest(handle, pod, Map.of());
    }

    static StageRequest stage(VolumeId id, AccessType access) {
        return new StageRequest(id, stagingOf(access), access, Optional.empty(), MountFlags.NONE);
    }

    static PublishRequest publish(VolumeId id, AccessType access, Publication publication) {
        return new PublishRequest(id, stagingOf(access), access, Optional.empty(), MountFlags.NONE, publication);
    }

    private static Path stagingOf(AccessType access) {
        return TestNode.staging(access == AccessType.MOUNT ? "s" : "raw");
    }
}
