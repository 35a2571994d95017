// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.linux;

/** The number of a device, as in {@code /sys/dev/block}. */
public record DeviceNumber(int major, int minor) {
    /**
     * Reads {@code major:minor}.
     *
     * @throws IllegalArgumentException when {@code text} is something else
     */
    public static DeviceNumber parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("not a device number: " + text);
        }
        return new DeviceNumber(
                Integer.parseInt(text, 0, colon, 10), Integer.parseInt(text, colon + 1, text.length(), 10));
    }

    @Override
    public String toString() {
        return major + ":" + minor;
    }
}
