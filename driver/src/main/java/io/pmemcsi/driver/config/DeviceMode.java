// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What volumes are made of. */
public enum DeviceMode {
    /** Files behind loop devices: works everywhere, is not persistent memory. */
    EMULATED,
    /** Nothing real: for tests. */
    MEMORY,
    /** Logical volumes on persistent memory. */
    LVM,
    /** One namespace of persistent memory per volume. */
    DIRECT;

    /** The spelling on the command line. */
    public String flag() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the user decides how much space there is, rather than the hardware. */
    public boolean hasChosenCapacity() {
        return this == EMULATED || this == MEMORY;
    }

    /** @throws IllegalArgumentException with a message for the user */
    static DeviceMode parse(String text) {
        return Arrays.stream(values())
                .filter(mode -> mode.flag().equals(text))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("'" + text + "' is not a device mode; allowed is " + flags()));
    }

    private static String flags() {
        return Arrays.stream(values()).map(DeviceMode::flag).collect(Collectors.joining(", "));
    }
}
