// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateDirectoryLockTest {
    @TempDir
    Path temporary = Path.of("");

    @Test
    void a_second_instance_is_refused_until_the_first_ends() {
        Path state = temporary.resolve("state");
        try (StateDirectoryLock _ = StateDirectoryLock.acquire(state)) {
            assertRefused(state, ProcessHandle.current().pid());
        }
        StateDirectoryLock.acquire(state).close();
    }

    @Test
    void another_process_is_named_and_its_death_frees_the_directory() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        temporary.toString())
                .start();
        try (BufferedReader output = other.inputReader()) {
            assertThat(output.readLine()).isEqualTo("locked");
            assertRefused(temporary, other.pid());
        } finally {
            other.destroyForcibly().waitFor();
        }
        StateDirectoryLock.acquire(temporary).close();
    }

    @Test
    void a_directory_that_others_can_change_is_refused_before_anything_is_written() throws Exception {
        Path open = Files.createDirectory(temporary.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> StateDirectoryLock.acquire(open))
                .withMessageContaining(open.toString())
                .withMessageContaining("rwxrwxrwx");
        assertThat(open).isEmptyDirectory();
    }

    @Test
    void a_link_in_the_place_of_the_lock_is_not_followed() throws Exception {
        Path precious = Files.writeString(temporary.resolve("precious"), "content");
        Files.createSymbolicLink(temporary.resolve("lock"), precious);
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> StateDirectoryLock.acquire(temporary));
        assertThat(precious).hasContent("content");
    }

    @Test
    void an_unknown_holder_is_not_guessed() throws Exception {
        try (StateDirectoryLock _ = StateDirectoryLock.acquire(temporary)) {
            Files.writeString(temporary.resolve("lock"), "gibberish");
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> StateDirectoryLock.acquire(temporary))
                    .withMessageEndingWith("another instance of this driver");
        }
    }

    private static void assertRefused(Path state, long holder) {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> StateDirectoryLock.acquire(state))
                .withMessageContaining(state.toString())
                .withMessageContaining("process " + holder)
                .satisfies(e -> assertThat(e.kind()).isEqualTo(FailureKind.IN_USE));
    }

    /** The first instance, in a process of its own. */
    static final class Holder {
        private Holder() {}

        @SuppressWarnings("SystemOut") // The test reads it.
        public static void main(String[] arguments) throws InterruptedException {
            try (StateDirectoryLock _ = StateDirectoryLock.acquire(Path.of(arguments[0]))) {
                System.out.println("locked");
                Thread.currentThread().join();
            }
        }
    }
}
