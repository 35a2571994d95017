// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import csi.v1.DeleteVolumeRequest;
import csi.v1.NodeGetVolumeStatsRequest;
import csi.v1.VolumeCapability;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Volumes of all kinds, each with a life of its own and all at the same time. Each call is made by two clients at once,
 * as a kubelet does that has given up waiting for its first call. Some volumes stay, with data.
 */
final class KillWorkload {
    private static final long MIB = DriverProcess.MIB;
    private static final int COPIES = 2000;

    private final CsiSocket csi;
    private final Orchestrator node;
    private final ConcurrentMap<String, Kept> kept = new ConcurrentHashMap<>();

    KillWorkload(CsiSocket csi, Orchestrator node) {
        this.csi = csi;
        this.node = node;
    }

    /**
     * A volume that is still there after its life.
     *
     * @param id its id, or for an inline volume its handle
     * @param capability how it is used; empty for an inline volume
     * @param text what was written to it
     * @param published whether it is staged and published
     */
    record Kept(String id, Optional<VolumeCapability> capability, String text, boolean published) {
        boolean isInline() {
            return capability.isEmpty();
        }
    }

    /** The volumes that were asked for and not deleted again, by name. */
    Map<String, Kept> kept() {
        return Map.copyOf(kept);
    }

    /** Lives all lives of a round; returns when all calls have their final answers. */
    void run(String round) {
        List<Callable<Boolean>> lives = List.of(
                () -> stays(round + "-ext4-a", Requests.EXT4, 16 * MIB),
                () -> stays(round + "-block-a", Requests.BLOCK, 4 * MIB),
                () -> rests(round + "-ext4-b", Requests.EXT4),
                () -> ends(round + "-ext4-c", Requests.EXT4, 20 * MIB),
                () -> ends(round + "-ext4-d", Requests.EXT4, 20 * MIB),
                () -> ends(round + "-block-b", Requests.BLOCK, 8 * MIB),
                () -> ends(round + "-xfs", Requests.XFS, 300 * MIB),
                () -> recreated(round + "-block-c", 3 * MIB),
                () -> recreated(round + "-block-d", 5 * MIB),
                () -> staysInline("csi-" + round + "-inline-a"),
                () -> endsInline("csi-" + round + "-inline-b"),
                () -> endsInline("csi-" + round + "-inline-c"),
                this::asks);
        together(lives);
    }

    private boolean stays(String name, VolumeCapability capability, long size) {
        String id = begun(name, capability, size);
        if (!capability.equals(Requests.EXT4) || HostState.growsExt4()) {
            twice(() -> node.expand(id, size + 4 * MIB, node.target(name)));
        }
        checkData(id, name);
        kept.put(name, new Kept(id, Optional.of(capability), text(name), true));
        return true;
    }

    private boolean rests(String name, VolumeCapability capability) {
        String id = begun(name, capability, 16 * MIB);
        checkData(id, name);
        twice(() -> node.unpublish(id, name));
        twice(() -> node.unstage(id));
        kept.put(name, new Kept(id, Optional.of(capability), text(name), false));
        return true;
    }

    private boolean ends(String name, VolumeCapability capability, long size) {
        String id = begun(name, capability, size);
        checkRefused(id);
        if (!capability.equals(Requests.EXT4)) {
            twice(() -> node.expand(id, size + 20 * MIB, node.target(name)));
        }
        checkData(id, name);
        twice(() -> node.unpublish(id, name));
        twice(() -> node.unstage(id));
        twice(() -> node.delete(id));
        return true;
    }

    private boolean recreated(String name, long size) {
        for (int i = 0; i < 3; i++) {
            List<String> ids = twice(() -> node.create(name, size, Requests.BLOCK, Map.of()));
            twice(() -> node.delete(ids.getFirst()));
        }
        return true;
    }

    private boolean staysInline(String handle) {
        publishInline(handle);
        Content.write(node.target(handle), text(handle), COPIES);
        publishInline(handle);
        checkData(handle, handle);
        kept.put(handle, new Kept(handle, Optional.empty(), text(handle), true));
        return true;
    }

    private boolean endsInline(String handle) {
        publishInline(handle);
        Content.write(node.target(handle), text(handle), COPIES);
        checkData(handle, handle);
        twice(() -> node.unpublish(handle, handle));
        return true;
    }

    private void publishInline(String handle) {
        twice(() -> node.publishInline(handle, handle, 16 * MIB, Map.of("eraseafter", "false")));
    }

    /** Questions in between, which every client may ask at any time. */
    private boolean asks() {
        for (int i = 0; i < 15; i++) {
            node.call("listing", csi::ids);
            node.call("asking for the capacity", csi::available);
        }
        return true;
    }

    /** A volume that is published and has data. */
    private String begun(String name, VolumeCapability capability, long size) {
        List<String> ids = twice(() -> node.create(name, size, capability, Map.of()));
        assertThat(ids).as("ids of one name").containsOnly(ids.getFirst());
        String id = ids.getFirst();
        twice(() -> node.stage(id, capability));
        twice(() -> node.publish(id, name, capability));
        Content.write(node.target(name), text(name), COPIES);
        return id;
    }

    private void checkRefused(String id) {
        var delete = DeleteVolumeRequest.newBuilder().setVolumeId(id).build();
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> node.call("deleting", () -> csi.controller().deleteVolume(delete)))
                .extracting(e -> e.getStatus().getCode())
                .isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    private void checkData(String id, String pod) {
        Path target = node.target(pod);
        var request = NodeGetVolumeStatsRequest.newBuilder()
                .setVolumeId(id)
                .setVolumePath(target.toString())
                .build();
        node.call("stats of " + id, () -> csi.node().nodeGetVolumeStats(request));
        checkText(target, text(pod));
    }

    static void checkText(Path target, String text) {
        String all = text.repeat(COPIES);
        assertThat(Content.read(target, all.length())).as("data at " + target).isEqualTo(all);
    }

    /** Reads what the kept volumes hold, and then once more after they have been taken away from the node and back. */
    void checkKept() {
        kept.forEach((name, volume) -> {
            if (!volume.isInline()) {
                VolumeCapability capability = volume.capability().orElseThrow();
                node.unpublish(volume.id(), name);
                node.unstage(volume.id());
                assertThat(Files.exists(node.target(name)))
                        .as("target of " + name)
                        .isFalse();
                node.stage(volume.id(), capability);
                node.publish(volume.id(), name, capability);
            }
            checkText(node.target(name), volume.text());
        });
    }

    void deleteKept() {
        kept.forEach((name, volume) -> {
            node.unpublish(volume.id(), name);
            if (!volume.isInline()) {
                node.unstage(volume.id());
                node.delete(volume.id());
            }
        });
        kept.clear();
    }

    private static String text(String name) {
        return "<" + name + ">";
    }

    private static void twice(Runnable call) {
        twice(() -> {
            call.run();
            return true;
        });
    }

    private static <T> List<T> twice(Callable<T> call) {
        return together(List.of(call, call));
    }

    private static <T> List<T> together(List<Callable<T>> calls) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<T> answers = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(calls)) {
                answers.add(future.get());
            }
            return answers;
        } catch (ExecutionException e) {
            throw new AssertionError("a client has failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
