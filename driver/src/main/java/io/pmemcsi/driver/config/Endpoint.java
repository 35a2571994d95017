// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Where the driver listens.
 *
 * @param socket the absolute path of a Unix socket, at most 107 bytes long (a limit of the kernel)
 */
public record Endpoint(Path socket) {
    private static final String SCHEME = "unix://";
    private static final int LONGEST = 107;

    public Endpoint {
        if (!socket.isAbsolute() || socket.getNameCount() == 0) {
            throw new IllegalArgumentException("'" + socket + "' is not the absolute path of a socket");
        }
        int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST) {
            throw new IllegalArgumentException(
                    "'" + socket + "' has " + length + " bytes; the path of a Unix socket" + " has at most " + LONGEST);
        }
    }

    /**
     * Reads the notation of the CSI sidecars, {@code unix:///absolute/path}.
     *
     * @throws IllegalArgumentException with a message for the user
     */
    public static Endpoint parse(String text) {
        if (!text.startsWith(SCHEME + "/") || text.endsWith("/")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not an endpoint; allowed is unix:// and the absolute path of a socket, such as "
                            + "unix:///var/lib/pmem-csi/csi.sock");
        }
        try {
            return new Endpoint(Path.of(text.substring(SCHEME.length())).normalize());
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("the path in '" + text + "' is not valid: " + e.getReason(), e);
        }
    }

    @Override
    public String toString() {
        return SCHEME + socket;
    }
}
