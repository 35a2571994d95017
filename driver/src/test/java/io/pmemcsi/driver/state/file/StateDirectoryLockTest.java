// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateDirectoryLockTest {
    @TempDir
    Path temporary = Path.of("");

    @Test
    void a_second_instance_is_refused_until_the_first_ends() {
        Path state = temporary.resolve("state");
        try (StateDirectoryLock first = StateDirectoryLock.acquire(state)) {
            assertThat(first.directory()).isEqualTo(state);
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
