// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SocketFileTest {
    @TempDir
    private Path directory = Path.of("");

    private Path socket = Path.of("");

    @BeforeEach
    void name_the_socket() {
        socket = directory.resolve("csi.sock");
    }

    @Test
    void makes_missing_directories_and_keeps_the_last_one_private() throws IOException {
        Path deep = directory.resolve("a/b/csi.sock");
        new SocketFile(deep).prepare();
        assertThat(permissions(directory.resolve("a/b"))).isEqualTo("rwx------");
    }

    @Test
    void leaves_an_existing_directory_as_it_is() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));
        new SocketFile(socket).prepare();
        assertThat(permissions(directory)).isEqualTo("rwxr-x---");
    }

    @Test
    void says_when_others_can_replace_the_socket() throws IOException {
        for (String open : List.of("rwxrwx---", "rwxr-xrwx")) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(open));
            assertThat(new SocketFile(socket).weakness().orElseThrow())
                    .contains(directory.toString())
                    .contains("0700");
        }
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(new SocketFile(socket).weakness()).isEmpty();
        Path made = directory.resolve("made/csi.sock");
        new SocketFile(made).prepare();
        assertThat(new SocketFile(made).weakness()).isEmpty();
    }

    @Test
    void removes_a_socket_that_nobody_listens_on() throws IOException {
        leaveStale(socket);
        new SocketFile(socket).prepare();
        assertThat(socket).doesNotExist();
    }

    @Test
    void leaves_a_socket_that_somebody_listens_on() throws IOException {
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket));
            assertThatIOException()
                    .isThrownBy(() -> new SocketFile(socket).prepare())
                    .withMessage("another process answers on " + socket);
            assertThat(socket).exists();
        }
    }

    @Test
    void leaves_what_is_no_socket() throws IOException {
        Files.writeString(socket, "precious");
        assertThatIOException()
                .isThrownBy(() -> new SocketFile(socket).prepare())
                .withMessageContaining("exists and is not a socket");
        assertThat(socket).hasContent("precious");
    }

    @Test
    void does_not_follow_a_link() throws IOException {
        Path target = directory.resolve("target.sock");
        leaveStale(target);
        Files.createSymbolicLink(socket, target);
        assertThatIOException().isThrownBy(() -> new SocketFile(socket).prepare());
        assertThat(target).exists();
    }

    /** The JDK leaves the file behind when the channel is closed, as a killed process does. */
    static void leaveStale(Path socket) throws IOException {
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(socket));
        }
        assertThat(socket).exists();
    }

    static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
