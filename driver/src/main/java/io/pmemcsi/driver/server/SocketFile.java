// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The place of a Unix socket in the file system. Nothing that answers, and nothing that is no socket, is removed. */
final class SocketFile {
    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private final Path path;

    SocketFile(Path path) {
        this.path = path;
    }

    /**
     * Makes room for a new socket: creates its directory (for the owner only) or removes what a killed process left.
     *
     * @throws IOException with a message for the user when the place is taken
     */
    void prepare() throws IOException {
        createDirectory();
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket()) {
            throw new IOException(path + " exists and is not a socket; remove it or choose another endpoint");
        }
        if (answers()) {
            throw new IOException("another process answers on " + path);
        }
        Files.deleteIfExists(path);
    }

    /** Only the owner may connect. */
    void protect() throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }

    private void createDirectory() throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null || Files.isDirectory(directory)) {
            return;
        }
        Path above = directory.getParent();
        if (above != null) {
            Files.createDirectories(above);
        }
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private boolean isSocket() throws IOException {
        return Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) instanceof Integer mode
                && (mode & TYPE) == SOCKET;
    }

    /** A refused connection is the only proof that nobody listens; anything else counts as an answer. */
    private boolean answers() throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(path));
        } catch (ConnectException | NoSuchFileException e) {
            return false;
        }
    }
}
