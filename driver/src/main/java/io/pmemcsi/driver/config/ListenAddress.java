// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TCP address to listen on.
 *
 * @param host a name or an IP address, IPv6 without brackets; empty for all addresses of the machine
 * @param port 0 to 65535; 0 lets the system choose
 */
public record ListenAddress(String host, int port) {
    private static final Pattern NOTATION = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9.-]*):([0-9]{1,5})");
    private static final int HIGHEST = 65535;

    public ListenAddress {
        if (port < 0 || port > HIGHEST) {
            throw new IllegalArgumentException("port " + port + " is not a number from 0 to " + HIGHEST);
        }
    }

    /**
     * Reads {@code HOST:PORT}, {@code [IPV6]:PORT} or {@code :PORT}.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static ListenAddress parse(String text) {
        Matcher found = NOTATION.matcher(text);
        if (!found.matches()) {
            throw new IllegalArgumentException("'" + text
                    + "' is not an address; allowed is HOST:PORT, [IPV6]:PORT or :PORT, such as 127.0.0.1:10010");
        }
        String host = found.group(1).replaceAll("[\\[\\]]", "");
        return new ListenAddress(host, Integer.parseInt(found.group(2)));
    }
}
