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
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The place of a Unix socket in the file system. Nothing that answers, and nothing that is no socket, is removed. */
final class SocketFile {
    private static final int TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);
    private static final Set<PosixFilePermission> WRITABLE_BY_OTHERS =
            Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private final Path path;

    SocketFile(Path path) {
        this.path = path;
    }

    /**
     * Makes room for a new socket: creates its directory (for the owner only) or removes what a killed process left. A
     * directory that is there stays as it is; a warning says when it gives other users the place of the socket.
     *
     * @throws IOException with a message for the user when the place is taken
     */
    void prepare() throws IOException {
        createDirectory();
        weakness().ifPresent(weak -> LOG.atWarn().addKeyValue("socket", path).log(weak));
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

    /** Why other users could put a socket of their own in the place of this one; empty when they could not. */
    Optional<String> weakness() throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null || Collections.disjoint(Files.getPosixFilePermissions(directory), WRITABLE_BY_OTHERS)) {
            return Optional.empty();
        }
        return Optional.of("the directory of the socket can be written to by users other than its owner, who can put"
                + " a socket of their own there: make " + directory + " mode 0700, or choose another endpoint");
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
