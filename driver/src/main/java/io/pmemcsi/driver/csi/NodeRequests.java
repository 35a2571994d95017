// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import csi.v1.NodePublishVolumeRequest;
import csi.v1.NodeStageVolumeRequest;
import io.pmemcsi.driver.domain.AccessMode;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.volume.InlineRequest;
import io.pmemcsi.driver.volume.PublishRequest;
import io.pmemcsi.driver.volume.StageRequest;
import io.pmemcsi.driver.volume.VolumeParameters;
import io.pmemcsi.driver.volume.VolumeParameters.Origin;
import io.pmemcsi.driver.volume.VolumeWish;
import java.nio.file.Path;

/** Reads Node requests. Pure. */
final class NodeRequests {
    /** Set by the kubelet for every volume of a driver with {@code podInfoOnMount}; overrides what users write. */
    static final String EPHEMERAL_KEY = "csi.storage.k8s.io/ephemeral";

    private NodeRequests() {}

    static StageRequest stage(NodeStageVolumeRequest request) {
        Limits.text("volume_id", request.getVolumeId());
        Path staging = Limits.path("staging_target_path", request.getStagingTargetPath());
        var capability = Capabilities.one(request.hasVolumeCapability(), request.getVolumeCapability());
        Limits.map("volume_context", request.getVolumeContextMap());
        VolumeId id = Handles.requirePersistent(request.getVolumeId());
        return new StageRequest(id, staging, capability.access(), capability.fsType(), capability.flags());
    }

    static boolean isInline(NodePublishVolumeRequest request) {
        return request.getVolumeContextMap()
                .getOrDefault(EPHEMERAL_KEY, "false")
                .equals("true");
    }

    static PublishRequest publish(NodePublishVolumeRequest request) {
        Limits.text("volume_id", request.getVolumeId());
        Path target = Limits.path("target_path", request.getTargetPath());
        var capability = Capabilities.one(request.hasVolumeCapability(), request.getVolumeCapability());
        Path staging = stagingOf(request);
        Limits.map("volume_context", request.getVolumeContextMap());
        VolumeId id = Handles.requirePersistent(request.getVolumeId());
        return new PublishRequest(
                id,
                staging,
                capability.access(),
                capability.fsType(),
                capability.flags(),
                publication(request, capability, target));
    }

    /** The field is optional in general, but what is published here has been staged: CSI has a code of its own for that. */
    private static Path stagingOf(NodePublishVolumeRequest request) {
        if (request.getStagingTargetPath().isEmpty()) {
            throw new StorageException(
                    FailureKind.IN_USE, "staging_target_path: missing; a volume is staged before it is published");
        }
        return Limits.path("staging_target_path", request.getStagingTargetPath());
    }

    static InlineRequest inline(NodePublishVolumeRequest request) {
        String handle = Limits.text("volume_id", request.getVolumeId());
        if (VolumeId.parse(handle).isPresent()) {
            throw Limits.invalid("volume_id: " + Quoted.text(handle)
                    + " has the form of a persistent volume's id, which an inline" + " volume cannot have");
        }
        Path target = Limits.path("target_path", request.getTargetPath());
        var capability = Capabilities.one(request.hasVolumeCapability(), request.getVolumeCapability());
        VolumeParameters parameters =
                VolumeParameters.parse(Origin.INLINE, Limits.map("volume_context", request.getVolumeContextMap()));
        VolumeWish wish = new VolumeWish(capability.access(), capability.fsType(), parameters);
        return new InlineRequest(handle, wish, capability.flags(), publication(request, capability, target));
    }

    private static Publication publication(
            NodePublishVolumeRequest request, Capabilities.Capability capability, Path target) {
        boolean readOnly = request.getReadonly()
                || capability.mode() == AccessMode.SINGLE_NODE_READER_ONLY
                || capability.flags().isReadOnly();
        return new Publication(target, readOnly, capability.mode());
    }
}
