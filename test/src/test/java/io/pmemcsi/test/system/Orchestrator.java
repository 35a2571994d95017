// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import csi.v1.ControllerExpandVolumeRequest;
import csi.v1.DeleteVolumeRequest;
import csi.v1.NodeExpandVolumeRequest;
import csi.v1.NodeUnpublishVolumeRequest;
import csi.v1.NodeUnstageVolumeRequest;
import csi.v1.Volume;
import csi.v1.VolumeCapability;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Does what the kubelet and the external-provisioner do: makes directories, and repeats calls until they are final. */
public final class Orchestrator {
    /** Answers after which the same call is repeated; space under erasure comes back too. */
    private static final Set<Status.Code> REPEATED = Set.of(
            Status.Code.ABORTED, Status.Code.CANCELLED, Status.Code.DEADLINE_EXCEEDED, Status.Code.RESOURCE_EXHAUSTED);

    private final CsiSocket csi;
    private final Path kubelet;
    private final Consumer<Path> directories;
    private final AtomicBoolean hopeless = new AtomicBoolean();
    private final AtomicInteger answered = new AtomicInteger();

    Orchestrator(DriverProcess driver) {
        this(driver.csi(), driver.kubelet(), Orchestrator::make);
    }

    /**
     * For a driver that may run elsewhere.
     *
     * @param kubelet the kubelet's directory as the driver sees it
     * @param directories makes a directory there, with its parents
     */
    public Orchestrator(CsiSocket csi, Path kubelet, Consumer<Path> directories) {
        this.csi = csi;
        this.kubelet = kubelet;
        this.directories = directories;
    }

    /** From now on a lost connection is the end of a call: nobody is going to answer. */
    public void giveUp() {
        hopeless.set(true);
    }

    /** How many calls were answered by a driver, whatever the answer. */
    public int answered() {
        return answered.get();
    }

    public Path staging(String id) {
        return kubelet.resolve("plugins").resolve(id).resolve("globalmount");
    }

    public Path target(String pod) {
        return pod(pod).resolve("data");
    }

    private Path pod(String pod) {
        return kubelet.resolve("pods").resolve(pod);
    }

    /** The final answer to a call. */
    public <T> T call(String what, Supplier<T> call) {
        return Eventually.get(what, () -> attempt(call));
    }

    private <T> Optional<T> attempt(Supplier<T> call) {
        try {
            T answer = call.get();
            answered.incrementAndGet();
            return Optional.of(answer);
        } catch (StatusRuntimeException e) {
            if (isConnectionLost(e)) {
                if (hopeless.get()) {
                    throw e;
                }
                csi.forgetFailures();
                return Optional.empty();
            }
            answered.incrementAndGet();
            if (REPEATED.contains(e.getStatus().getCode())) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** A connection that ends between the choice of it and the first byte is UNKNOWN to the client, with this cause. */
    private static boolean isConnectionLost(StatusRuntimeException failure) {
        return switch (failure.getStatus().getCode()) {
            case UNAVAILABLE -> true;
            case UNKNOWN -> failure.getCause() instanceof IOException;
            default -> false;
        };
    }

    public String create(String name, long size, VolumeCapability capability, Map<String, String> parameters) {
        var request = Requests.create(name, size, capability).toBuilder()
                .putAllParameters(parameters)
                .build();
        Volume volume = call("creating " + name, () -> csi.controller().createVolume(request))
                .getVolume();
        return volume.getVolumeId();
    }

    public void stage(String id, VolumeCapability capability) {
        Path staging = directory(staging(id));
        var _ = call(
                "staging " + id, () -> csi.node().nodeStageVolume(Requests.stage(id, staging.toString(), capability)));
    }

    public Path publish(String id, String pod, VolumeCapability capability) {
        Path target = target(pod);
        directory(pod(pod));
        var request = Requests.publish(id, staging(id), target.toString(), capability);
        var _ = call("publishing " + id, () -> csi.node().nodePublishVolume(request));
        return target;
    }

    public Path publishInline(String handle, String pod, long size, Map<String, String> attributes) {
        Path target = target(pod);
        directory(pod(pod));
        var request = Requests.inline(handle, target.toString(), size, attributes);
        var _ = call("publishing " + handle, () -> csi.node().nodePublishVolume(request));
        return target;
    }

    public void unpublish(String id, String pod) {
        var request = NodeUnpublishVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setTargetPath(target(pod).toString())
                .build();
        var _ = call("unpublishing " + id, () -> csi.node().nodeUnpublishVolume(request));
    }

    public void unstage(String id) {
        var request = NodeUnstageVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setStagingTargetPath(staging(id).toString())
                .build();
        var _ = call("unstaging " + id, () -> csi.node().nodeUnstageVolume(request));
    }

    public void delete(String id) {
        var request = DeleteVolumeRequest.newBuilder().setVolumeId(id).build();
        var _ = call("deleting " + id, () -> csi.controller().deleteVolume(request));
    }

    public void expand(String id, long size, Path path) {
        var device = ControllerExpandVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setCapacityRange(Requests.range(size))
                .build();
        var _ = call("expanding " + id, () -> csi.controller().controllerExpandVolume(device));
        var fileSystem = NodeExpandVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setVolumePath(path.toString())
                .setCapacityRange(Requests.range(size))
                .build();
        var _ = call("expanding the file system of " + id, () -> csi.node().nodeExpandVolume(fileSystem));
    }

    private Path directory(Path path) {
        directories.accept(path);
        return path;
    }

    private static void make(Path path) {
        try {
            var _ = Files.createDirectories(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
