// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.emulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.bindings.linux.FileSpace;
import io.pmemcsi.bindings.linux.LoopStatus;
import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.device.DeviceRequest;
import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.SizeRange;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.Usage;
import io.pmemcsi.driver.domain.VolumeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The emulated mode with real files and loop devices that are only remembered. */
final class EmulatedDeviceManagerTest {
    private static final VolumeId ONE = VolumeId.ofName("one");
    private static final ByteSize MANAGED = ByteSize.mebibytes(8);

    @TempDir
    Path temporary = Path.of("");

    private Path backing = Path.of("");
    private final RememberedLoops loops = new RememberedLoops();
    private EmulatedDeviceManager devices = new EmulatedDeviceManager(Path.of(""), MANAGED);

    /** Loop devices that do as they are told. */
    private static final class RememberedLoops implements Attachments {
        private final List<VolumeId> attached = new ArrayList<>();
        private Runnable beforeAttach = () -> {};
        private boolean used;

        @Override
        public LoopStatus attach(BackingFile file, Optional<Integer> known) {
            if (!attached.contains(file.id())) {
                attached.add(file.id());
            }
            beforeAttach.run();
            return new LoopStatus(7, Path.of("/dev/loop7"), file.identity(), "", 0, 0, 0);
        }

        @Override
        public boolean detach(BackingFile file, Optional<Integer> known) {
            if (!used) {
                attached.remove(file.id());
            }
            return !used;
        }

        @Override
        public List<LoopStatus> sweep(List<BackingFile> files) {
            return List.of();
        }
    }

    @BeforeEach
    void start() {
        backing = temporary.resolve("devices");
        restart();
    }

    private List<Device> restart() {
        devices = new EmulatedDeviceManager(new BackingDirectory(backing, new FileSpace()), MANAGED, _ -> loops);
        return devices.recover();
    }

    private static DeviceRequest mebibytes(long count) {
        return new DeviceRequest(SizeRange.atLeast(ByteSize.mebibytes(count)), ByteSize.ZERO, Usage.APP_DIRECT);
    }

    private Path image() {
        return backing.resolve(ONE.value() + ".img");
    }

    private ByteSize available() {
        return devices.capacity().available();
    }

    private static void breaks() {
        throw new UncheckedIOException(new IOException("no loop device"));
    }

    private static void assertFails(FailureKind kind, ThrowingCallable call) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
    }

    @Test
    void the_directory_is_private_also_when_it_was_there() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backing)))
                .isEqualTo("rwx------");
        Files.setPosixFilePermissions(backing, PosixFilePermissions.fromString("rwxrwxr-x"));
        restart();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backing)))
                .isEqualTo("rwx------");
    }

    @Test
    void a_device_that_cannot_be_attached_leaves_nothing() {
        loops.beforeAttach = EmulatedDeviceManagerTest::breaks;
        assertFails(FailureKind.BACKEND_FAULT, () -> devices.create(ONE, mebibytes(3)));
        assertThat(backing).isEmptyDirectory();
        assertThat(loops.attached).isEmpty();
        assertThat(available()).isEqualTo(MANAGED);
    }

    @Test
    void what_cannot_be_undone_stays_booked_and_is_not_taken_for_gone() {
        loops.beforeAttach = EmulatedDeviceManagerTest::breaks;
        loops.used = true;
        assertFails(FailureKind.BACKEND_FAULT, () -> devices.create(ONE, mebibytes(3)));
        assertThat(available()).isEqualTo(ByteSize.mebibytes(5));
        assertFails(FailureKind.IN_USE, () -> devices.quarantine(ONE));
        assertFails(FailureKind.IN_USE, () -> devices.remove(ONE));
        loops.used = false;
        devices.quarantine(ONE);
        devices.remove(ONE);
        assertThat(backing).isEmptyDirectory();
        assertThat(available()).isEqualTo(MANAGED);
    }

    @Test
    void space_is_counted_once_while_a_device_is_being_made_or_grown() {
        List<ByteSize> seen = new ArrayList<>();
        loops.beforeAttach = () -> seen.add(available());
        devices.create(ONE, mebibytes(3));
        devices.expand(ONE, mebibytes(6));
        assertThat(seen).contains(ByteSize.mebibytes(5)).endsWith(ByteSize.mebibytes(2));
        assertThat(available()).isEqualTo(ByteSize.mebibytes(2));
    }

    @Test
    void a_file_that_grew_is_booked_although_the_device_did_not_follow() {
        devices.create(ONE, mebibytes(3));
        loops.beforeAttach = () -> {
            loops.beforeAttach = EmulatedDeviceManagerTest::breaks;
        };
        assertFails(FailureKind.BACKEND_FAULT, () -> devices.expand(ONE, mebibytes(6)));
        assertThat(image()).hasSize(ByteSize.mebibytes(6).bytes());
        assertThat(available()).isEqualTo(ByteSize.mebibytes(2));
    }

    @Test
    void a_failed_expansion_keeps_its_reason_and_no_promise_when_the_file_cannot_be_looked_at() {
        devices.create(ONE, mebibytes(3));
        loops.beforeAttach = () -> {
            loops.beforeAttach = () -> {
                hide();
                breaks();
            };
        };
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> devices.expand(ONE, mebibytes(6)))
                .withMessageContaining("no loop device")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        restore();
        assertThat(available()).isEqualTo(ByteSize.mebibytes(5));
    }

    /** What is below a link to itself cannot be looked at: it is neither there nor absent. */
    private void hide() {
        try {
            Files.move(backing, temporary.resolve("hidden"));
            Files.createSymbolicLink(backing, backing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void restore() {
        try {
            Files.delete(backing);
            Files.move(temporary.resolve("hidden"), backing);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_device_that_cannot_be_attached_at_the_start_is_unusable_and_not_gone() {
        devices.create(ONE, mebibytes(3));
        loops.beforeAttach = EmulatedDeviceManagerTest::breaks;
        assertThat(restart()).isEmpty();
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> devices.find(ONE))
                .withMessageContaining("no loop device")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.BACKEND_FAULT));
        loops.beforeAttach = () -> {};
        assertThat(devices.find(ONE)).isPresent();
    }

    @Test
    void a_file_that_cannot_be_looked_at_is_unusable_and_not_gone() {
        devices.create(ONE, mebibytes(3));
        hide();
        assertFails(FailureKind.BACKEND_FAULT, () -> devices.find(ONE));
        restore();
        assertThat(devices.find(ONE)).isPresent();
    }
}
