// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.device.DeviceTraits;
import io.pmemcsi.driver.device.memory.MemoryDeviceManager;
import io.pmemcsi.driver.domain.AccessMode;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.mount.TargetRules;
import io.pmemcsi.driver.mount.memory.MemoryFileSystems;
import io.pmemcsi.driver.mount.memory.MemoryMounter;
import io.pmemcsi.driver.state.Publication;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeState;
import io.pmemcsi.driver.state.memory.MemoryVolumeStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A node whose ports are in memory, and the use cases over them. What is stored, made and mounted outlives
 * {@link #restart}; the use cases do not.
 */
public final class TestNode implements AutoCloseable {
    public static final ByteSize MANAGED = ByteSize.mebibytes(1024);
    public static final Path KUBELET = Path.of("/kubelet");
    public static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z"));

    private final Setup setup;
    private final MemoryVolumeStore store = new MemoryVolumeStore();
    private final MemoryDeviceManager devices;
    private final MemoryFileSystems fileSystems = new MemoryFileSystems();
    private final MemoryMounter mounter;
    private final Faults faults = new Faults();
    private final Faults eraserFaults = new Faults();
    private Driver driver;

    /** What a test may want to be different. */
    public record Setup(
            ByteSize managed,
            DeviceTraits traits,
            Optional<ByteSize> largestInline,
            Optional<ByteSize> eraseRate,
            Optional<Path> realTargets) {
        public static final Setup DEFAULT = new Setup(
                MANAGED,
                new DeviceTraits("memory", false, true, false, Optional.empty()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        public Setup withTraits(DeviceTraits other) {
            return new Setup(managed, other, largestInline, eraseRate, realTargets);
        }

        public Setup withLargestInline(ByteSize bound) {
            return new Setup(managed, traits, Optional.of(bound), eraseRate, realTargets);
        }

        public Setup withEraseRate(ByteSize rate) {
            return new Setup(managed, traits, largestInline, Optional.of(rate), realTargets);
        }

        /** Lets targets be real directories and files below {@code root}, instead of imagined ones. */
        public Setup withRealTargets(Path root) {
            return new Setup(managed, traits, largestInline, eraseRate, Optional.of(root));
        }
    }

    /** What ends with a process. */
    private record Driver(
            KeyedLease leases,
            Eraser eraser,
            Provisioning provisioning,
            Publishing publishing,
            InlineVolumes inline,
            VolumeReports reports,
            Recovery recovery) {}

    private TestNode(Setup setup) {
        this.setup = setup;
        this.devices = new MemoryDeviceManager(setup.managed(), setup.traits());
        this.mounter = mounter(setup, fileSystems);
        this.driver = newDriver();
    }

    private static MemoryMounter mounter(Setup setup, MemoryFileSystems fileSystems) {
        boolean dax = setup.traits().dax();
        return setup.realTargets()
                .map(root -> MemoryMounter.withRealTargets(new TargetRules(List.of(root)), fileSystems, dax))
                .orElseGet(
                        () -> MemoryMounter.withImaginedTargets(new TargetRules(List.of(KUBELET)), fileSystems, dax));
    }

    public static TestNode start() {
        return start(Setup.DEFAULT);
    }

    public static TestNode start(Setup setup) {
        TestNode node = new TestNode(setup);
        node.recover();
        return node;
    }

    private Driver newDriver() {
        var faultyStore = new FaultyPorts.Store(store, faults);
        var faultyDevices = new FaultyPorts.Devices(devices, faults);
        var faultyMounter = new FaultyPorts.Mounts(mounter, faults);
        var faultyFormats = new FaultyPorts.Formats(fileSystems, faults);
        KeyedLease leases = new KeyedLease();
        Eraser eraser = new Eraser(
                new FaultyPorts.Store(store, eraserFaults),
                new FaultyPorts.Devices(devices, eraserFaults),
                setup.eraseRate(),
                Duration.ofMillis(1));
        Ports ports = new Ports(faultyStore, faultyDevices, faultyMounter, faultyFormats);
        InlineVolumes inline = new InlineVolumes(ports, leases, eraser, setup.largestInline(), CLOCK);
        return new Driver(
                leases,
                eraser,
                new Provisioning(faultyStore, faultyDevices, leases, eraser, CLOCK),
                new Publishing(faultyStore, faultyDevices, faultyMounter, faultyFormats, leases),
                inline,
                new VolumeReports(faultyStore, faultyDevices, faultyMounter),
                new Recovery(ports, inline, eraser, CLOCK));
    }

    /** What the next process does first. */
    public void recover() {
        driver.recovery().run();
    }

    /** Ends the process, without any of its calls finishing in an orderly way, and starts the next one. */
    public void restart() {
        stop();
        recover();
    }

    /** Ends the process; the next one is made, but has not recovered yet. */
    public void stop() {
        driver.eraser().close();
        faults.disarm();
        eraserFaults.disarm();
        driver = newDriver();
    }

    /** Plays a reboot: nothing is mounted afterwards. */
    public void reboot() {
        stop();
        List<VolumeRecord> all = store.all();
        all.forEach(volume -> volume.publications().forEach(p -> mounter.unmount(p.target())));
        all.forEach(volume -> volume.staging().ifPresent(mounter::unmount));
        recover();
    }

    /** Keeps the eraser from its next step until {@link Gate#close}. */
    public Gate holdEraser() {
        CountDownLatch open = new CountDownLatch(1);
        eraserFaults.arm(call -> {
            if (!call.equals("store.all")) {
                await(open);
            }
        });
        return open::countDown;
    }

    private static void await(CountDownLatch open) {
        try {
            if (!open.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody opened the gate");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Something that stands still until this is closed. */
    @FunctionalInterface
    public interface Gate extends AutoCloseable {
        @Override
        void close();
    }

    public void awaitErased() {
        Eventually.holds(
                "nothing is being erased",
                () -> store.all().stream().allMatch(volume -> volume.state() != VolumeState.DELETING));
    }

    public VolumeRecord record(VolumeId id) {
        return store.find(id).orElseThrow();
    }

    public ByteSize available() {
        return devices.capacity().available();
    }

    static Path staging(String name) {
        return KUBELET.resolve("staging").resolve(name);
    }

    static Path target(String pod) {
        return KUBELET.resolve("pods").resolve(pod).resolve("mount");
    }

    static Publication publication(String pod) {
        return new Publication(target(pod), false, AccessMode.SINGLE_NODE_WRITER);
    }

    public Faults faults() {
        return faults;
    }

    public Faults eraserFaults() {
        return eraserFaults;
    }

    public MemoryVolumeStore store() {
        return store;
    }

    public MemoryDeviceManager devices() {
        return devices;
    }

    public MemoryMounter mounter() {
        return mounter;
    }

    public MemoryFileSystems fileSystems() {
        return fileSystems;
    }

    KeyedLease leases() {
        return driver.leases();
    }

    public Eraser eraser() {
        return driver.eraser();
    }

    public Provisioning provisioning() {
        return driver.provisioning();
    }

    public Publishing publishing() {
        return driver.publishing();
    }

    public InlineVolumes inline() {
        return driver.inline();
    }

    public VolumeReports reports() {
        return driver.reports();
    }

    @Override
    public void close() {
        eraserFaults.disarm();
        driver.eraser().close();
    }
}
