// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeRecords;
import io.pmemcsi.driver.state.VolumeStore;
import io.pmemcsi.driver.state.VolumeStoreContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileVolumeStoreTest extends VolumeStoreContract {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T04:05:06.789Z"));

    @TempDir
    Path temporary = Path.of("");

    @Override
    protected VolumeStore start() {
        VolumeStore store = restart();
        store.open();
        return store;
    }

    @Override
    protected VolumeStore restart() {
        return new FileVolumeStore(records(), CLOCK);
    }

    private Path records() {
        return temporary.resolve("volumes");
    }

    private Path file(VolumeRecord volume) {
        return records().resolve(volume.id() + ".json");
    }

    @Test
    void directory_and_files_are_private() throws IOException {
        VolumeRecord one = VolumeRecords.full("one");
        start().save(one);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(records())))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file(one))))
                .isEqualTo("rw-------");
    }

    @Test
    void an_existing_directory_becomes_private() throws IOException {
        Files.createDirectories(records());
        Files.setPosixFilePermissions(records(), PosixFilePermissions.fromString("rwxr-xr-x"));
        start();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(records())))
                .isEqualTo("rwx------");
    }

    @Test
    void a_leftover_temporary_file_is_removed() throws IOException {
        VolumeRecord one = VolumeRecords.full("one");
        start().save(one);
        Path leftover = Files.writeString(records().resolve(one.id() + ".json.tmp"), "{\"schema\":");
        assertThat(start().all()).containsExactly(one);
        assertThat(leftover).doesNotExist();
    }

    @Test
    void files_of_others_are_left_alone() throws IOException {
        start();
        Path letter = Files.writeString(records().resolve("letter.tmp"), "precious");
        Path other = Files.writeString(records().resolve("package.json"), "{}");
        start();
        assertThat(letter).hasContent("precious");
        assertThat(other).hasContent("{}");
    }

    @Test
    void what_is_no_file_under_the_name_of_a_record_is_set_aside() throws IOException {
        start();
        Path directory =
                Files.createDirectory(records().resolve(VolumeId.ofName("one").value() + ".json"));
        assertThat(start().all()).isEmpty();
        assertThat(directory).doesNotExist();
    }

    @Test
    void a_damaged_record_is_set_aside() throws IOException {
        VolumeRecord one = VolumeRecords.full("one");
        VolumeRecord two = VolumeRecords.full("two");
        start().save(one);
        start().save(two);
        Files.writeString(file(one), "no record");
        assertThat(start().all()).containsExactly(two);
        assertThat(file(one)).doesNotExist();
        assertThat(records().resolve(one.id() + ".json.damaged-20261123T040506.789Z"))
                .hasContent("no record");
        assertThat(start().all()).containsExactly(two);
    }

    @Test
    void a_record_under_the_name_of_another_volume_is_damaged() throws IOException {
        VolumeRecord one = VolumeRecords.full("one");
        VolumeRecord two = VolumeRecords.full("two");
        start().save(one);
        Files.copy(file(one), file(two));
        assertThat(start().all()).containsExactly(one);
        assertThat(file(two)).doesNotExist();
    }

    @Test
    void bytes_that_are_no_text_are_damaged() throws IOException {
        VolumeRecord one = VolumeRecords.full("one");
        start();
        Files.write(file(one), new byte[] {(byte) 0xff, (byte) 0xfe});
        assertThat(start().all()).isEmpty();
    }

    @Test
    void a_record_of_a_newer_driver_stops_the_start_and_changes_nothing() throws IOException {
        VolumeRecord one = VolumeRecords.full("one");
        VolumeRecord two = VolumeRecords.full("two");
        start();
        Files.writeString(file(one), "{\"schema\": 7}");
        Files.writeString(file(two), "damaged");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(this::start)
                .withMessageContaining(file(one).toString())
                .withMessageContaining("version 7")
                .withMessageContaining("up to 1")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.NOT_READY));
        assertThat(file(one)).exists();
        assertThat(file(two)).exists();
    }

    @Test
    void a_record_that_cannot_be_written_stays_what_it_was() throws IOException {
        VolumeStore store = start();
        VolumeRecord one = VolumeRecords.creating("one");
        store.save(one);
        Files.createDirectories(records().resolve(one.id() + ".json.tmp").resolve("in the way"));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> store.save(VolumeRecords.full("one")))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.BACKEND_FAULT));
        assertThat(store.find(one.id())).contains(one);
        assertThat(file(one)).hasContent(VolumeRecordJson.write(one));
    }

    @Test
    void a_change_that_may_not_have_reached_the_disk_is_taken_back_in_memory_and_on_disk() {
        AtomicBoolean broken = new AtomicBoolean();
        VolumeStore store = new FileVolumeStore(
                new DurableDirectory(records(), _ -> {
                    if (broken.get()) {
                        throw new IOException("no sync");
                    }
                }),
                CLOCK);
        store.open();
        VolumeRecord before = VolumeRecords.creating("one");
        VolumeRecord after = VolumeRecords.full("one");
        store.save(before);
        broken.set(true);
        assertFault(() -> store.save(after));
        assertThat(store.all()).containsExactly(before);
        assertThat(start().all()).as("what the next process reads").containsExactly(before);
        assertFault(() -> store.remove(after.id()));
        assertThat(store.all()).containsExactly(before);
        assertThat(start().all()).containsExactly(before);
        assertFault(() -> store.save(VolumeRecords.full("two")));
        assertThat(store.all()).containsExactly(before);
        assertThat(start().all()).containsExactly(before);
    }

    private static void assertFault(ThrowingCallable change) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(change)
                .withMessageContaining("no sync")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.BACKEND_FAULT));
    }

    @Test
    void a_directory_that_cannot_be_read_is_a_fault() throws IOException {
        Files.writeString(records(), "a file");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(this::start)
                .withMessageContaining(records().toString())
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.BACKEND_FAULT));
    }
}
