// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.pmem;

import csi.v1.VolumeCapability;
import io.grpc.StatusRuntimeException;
import io.pmemcsi.test.system.Orchestrator;
import io.pmemcsi.test.system.Requests;
import io.pmemcsi.test.vm.Guest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Clients that make, fill and delete volumes until the power goes, and remember what was acknowledged. A call that got no
 * answer may have happened or not.
 */
final class TortureWorkload {
    private static final int CLIENTS = 3;
    private static final long MIB = 1L << 20;

    private final Guest guest;
    private final Orchestrator node;
    private final String round;
    private final Map<String, Volume> volumes = new ConcurrentHashMap<>();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicBoolean powerless = new AtomicBoolean();

    TortureWorkload(Guest guest, Orchestrator node, String round) {
        this.guest = guest;
        this.node = node;
        this.round = round;
    }

    /** How far a volume has come, as far as answers tell. */
    enum Life {
        /** Asked for; may exist or not. */
        ASKED,
        /** Acknowledged. */
        MADE,
        /** Acknowledged, and its data has been written through. */
        FILLED,
        /** Its end was asked for; may exist or not. */
        ENDING
    }

    /** A volume that may exist. One that is gone for certain is forgotten. */
    record Volume(String name, String id, VolumeCapability capability, long size, Life life) {
        Volume at(Life next) {
            return new Volume(name, id, capability, size, next);
        }

        boolean isBlock() {
            return capability.hasBlock();
        }
    }

    List<Volume> volumes() {
        return List.copyOf(volumes.values());
    }

    int answered() {
        return answered.get();
    }

    /** Ends when the power has gone. */
    void run(long seed) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<?>> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                Random random = new Random(seed + client);
                String name = round + "-" + client;
                clients.add(threads.submit(() -> live(name, random)));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
    }

    /** Tells the clients that failures are to be expected from now on. */
    void powerGoes() {
        powerless.set(true);
        node.giveUp();
    }

    private void live(String client, Random random) {
        for (int i = 0; !powerless.get(); i++) {
            try {
                live(client + "-" + i, random.nextInt(4), random.nextBoolean());
            } catch (StatusRuntimeException | AssertionError e) {
                if (!powerless.get()) {
                    throw e;
                }
                return;
            }
        }
    }

    private void live(String name, int kind, boolean ends) {
        VolumeCapability capability = kind == 0 ? Requests.BLOCK : Requests.EXT4;
        Volume volume = new Volume(name, "", capability, (16 + 8L * kind) * MIB, Life.ASKED);
        volumes.put(name, volume);
        String id = node.create(name, volume.size(), capability, Map.of());
        volume = acknowledged(new Volume(name, id, capability, volume.size(), Life.MADE));
        Path target = publish(volume);
        write(volume, target);
        volume = acknowledged(volume.at(Life.FILLED));
        if (ends) {
            volumes.put(name, volume.at(Life.ENDING));
            end(volume);
            volumes.remove(name);
        }
        answered.incrementAndGet();
    }

    private Volume acknowledged(Volume volume) {
        volumes.put(volume.name(), volume);
        answered.incrementAndGet();
        return volume;
    }

    Path publish(Volume volume) {
        node.stage(volume.id(), volume.capability());
        return node.publish(volume.id(), volume.name(), volume.capability());
    }

    void end(Volume volume) {
        node.unpublish(volume.id(), volume.name());
        node.unstage(volume.id());
        node.delete(volume.id());
    }

    private void write(Volume volume, Path target) {
        String file = volume.isBlock() ? target.toString() : target + "/file";
        guest.sh("printf '%-4096s' " + volume.name() + " | dd of=" + file + " bs=4096 conv=fsync,notrunc status=none"
                + (volume.isBlock() ? "" : " && sync " + target));
    }

    String read(Volume volume, Path target) {
        String file = volume.isBlock() ? target.toString() : target + "/file";
        return guest.sh("dd if=" + file + " bs=4096 count=1 status=none").strip();
    }
}
