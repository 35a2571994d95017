// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.driver.config.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This machine, as far as the command line cares. */
final class Host {
    private static final Path NAME = Path.of("/proc/sys/kernel/hostname");

    private Host() {}

    static Surroundings surroundings() {
        return new Surroundings(System.getenv(), name());
    }

    /** From the kernel; the class library would ask the network. An empty name is refused later, with its flag. */
    private static String name() {
        try {
            return Files.readString(NAME).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
