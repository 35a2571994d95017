// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import csi.v1.NodeGetStorageHealthResponse.StorageBackendHealth;
import csi.v1.StorageHealthErrorType;
import csi.v1.Volume;
import csi.v1.VolumeHealth;
import csi.v1.VolumeHealthErrorType;
import io.grpc.stub.StreamObserver;
import io.pmemcsi.driver.state.Lifecycle;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.volume.Finding;
import io.pmemcsi.driver.volume.VolumeStatus;
import java.util.Map;
import java.util.TreeMap;

/** Builds the parts that several replies share. Pure, but for {@link #answer}. */
final class Replies {
    private Replies() {}

    static <T> void answer(StreamObserver<T> observer, T reply) {
        observer.onNext(reply);
        observer.onCompleted();
    }

    /** The id under which callers know a volume: the kubelet's handle for inline volumes. */
    static String handle(VolumeRecord volume) {
        return volume.lifecycle() == Lifecycle.EPHEMERAL
                ? volume.name().orElse(volume.id().value())
                : volume.id().value();
    }

    static Volume volume(VolumeRecord volume, NodeIdentity node) {
        return Volume.newBuilder()
                .setVolumeId(handle(volume))
                .setCapacityBytes(volume.size().bytes())
                .putAllVolumeContext(context(volume))
                .addAccessibleTopology(node.topology())
                .build();
    }

    /** For people who look at the PersistentVolume. The driver itself reads the volume's record, never this. */
    static Map<String, String> context(VolumeRecord volume) {
        Map<String, String> context = new TreeMap<>();
        context.put("eraseafter", String.valueOf(volume.traits().eraseAfter()));
        context.put("usage", volume.traits().usage().parameter());
        context.put("daxPolicy", volume.traits().dax().parameter());
        if (volume.lifecycle() == Lifecycle.EPHEMERAL) {
            context.put(NodeRequests.EPHEMERAL_KEY, "true");
        }
        return context;
    }

    static VolumeHealth health(VolumeStatus status) {
        VolumeHealth.Builder health = VolumeHealth.newBuilder().setVolumeId(handle(status.volume()));
        for (Finding finding : status.findings()) {
            health.addHealthStatuses(VolumeHealth.VolumeHealthEntry.newBuilder()
                    .setStatus(severity(finding.severity()))
                    .setReason(finding.reason())
                    .setMessage(finding.message()));
        }
        return health.build();
    }

    private static VolumeHealthErrorType severity(Finding.Severity severity) {
        return switch (severity) {
            case DEGRADED -> VolumeHealthErrorType.DEGRADED;
            case INACCESSIBLE -> VolumeHealthErrorType.INACCESSIBLE;
            case DATA_LOSS -> VolumeHealthErrorType.DATA_LOSS;
        };
    }

    static StorageBackendHealth storageHealth(Finding finding) {
        return StorageBackendHealth.newBuilder()
                .setStatus(storageSeverity(finding.severity()))
                .setReason(finding.reason())
                .setMessage(finding.message())
                .build();
    }

    /** CSI has no word for a backend that has lost data; nobody should count on reaching it. */
    private static StorageHealthErrorType storageSeverity(Finding.Severity severity) {
        return switch (severity) {
            case DEGRADED -> StorageHealthErrorType.STORAGE_DEGRADED;
            case INACCESSIBLE, DATA_LOSS -> StorageHealthErrorType.STORAGE_UNREACHABLE;
        };
    }
}
