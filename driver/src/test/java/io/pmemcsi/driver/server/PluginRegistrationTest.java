// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pluginregistration.v1.InfoRequest;
import pluginregistration.v1.PluginInfo;
import pluginregistration.v1.RegistrationGrpc;
import pluginregistration.v1.RegistrationStatus;

/** The test plays the kubelet: it watches the directory, asks who is there and says what it thinks of it. */
@Timeout(60)
final class PluginRegistrationTest {
    private static final PluginRegistration.Plugin PLUGIN =
            new PluginRegistration.Plugin("pmem-csi.intel.com", Path.of("/csi/csi.sock"));
    private static final RegistrationStatus REFUSED =
            RegistrationStatus.newBuilder().setError("no such driver\nforged").build();

    private final ScheduledThreadPoolExecutor later = PluginRegistration.retries();

    @TempDir
    private Path directory = Path.of("");

    private Path socket = Path.of("");

    @BeforeEach
    void name_the_socket() {
        socket = directory.resolve("pmem-csi.intel.com-reg.sock");
    }

    @Test
    void tells_the_kubelet_who_it_is() throws IOException {
        try (var _ = registration().start()) {
            assertThat(ask())
                    .isEqualTo(PluginInfo.newBuilder()
                            .setType("CSIPlugin")
                            .setName("pmem-csi.intel.com")
                            .setEndpoint("/csi/csi.sock")
                            .addSupportedVersions("1.0.0")
                            .build());
        }
    }

    @Test
    void keeps_its_socket_when_the_kubelet_accepts_it() throws Exception {
        try (var _ = registration(Duration.ofMillis(1)).start()) {
            tell(RegistrationStatus.newBuilder().setPluginRegistered(true).build());
            assertThat(ask().getName()).isEqualTo("pmem-csi.intel.com");
            assertThat(later.getTaskCount()).as("renewals planned").isZero();
        }
    }

    @Test
    void plans_one_new_socket_however_often_it_is_refused() throws Exception {
        try (var _ = registration(Duration.ofHours(1)).start()) {
            tell(REFUSED);
            tell(REFUSED);
            assertThat(later.getQueue()).as("renewals planned").hasSize(1);
        }
        assertThat(later.getQueue()).isEmpty();
    }

    @Test
    void shows_a_new_socket_after_each_refusal() throws Exception {
        try (var _ = registration(Duration.ofMillis(1)).start();
                WatchService watch = watch()) {
            for (int i = 0; i < 3; i++) {
                tell(REFUSED);
                awaitCreation(watch);
                assertThat(ask().getName()).isEqualTo("pmem-csi.intel.com");
                assertThat(later.getQueue()).as("renewals planned").isEmpty();
            }
        }
    }

    @Test
    void stops_cleanly_while_the_kubelet_still_has_something_to_say() throws Exception {
        PluginRegistration registration = registration(Duration.ofHours(1)).start();
        try (SocketClient client = new SocketClient(socket)) {
            var kubelet = RegistrationGrpc.newFutureStub(client.channel());
            var calls = IntStream.range(0, 200)
                    .mapToObj(_ -> kubelet.notifyRegistrationStatus(REFUSED))
                    .toList();
            assertThat(calls.getFirst().get(20, TimeUnit.SECONDS)).isNotNull();
            assertThatCode(registration::close).doesNotThrowAnyException();
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void withdraws_its_socket_when_it_is_closed() throws IOException {
        PluginRegistration registration = registration().start();
        assertThat(socket).exists();
        registration.close();
        registration.close();
        assertThat(socket).doesNotExist();
    }

    @Test
    void replaces_the_socket_of_a_killed_predecessor() throws IOException {
        SocketFileTest.leaveStale(socket);
        try (var _ = registration().start()) {
            assertThat(ask().getType()).isEqualTo("CSIPlugin");
        }
    }

    private PluginRegistration registration() {
        return new PluginRegistration(PLUGIN, directory, Duration.ofHours(1));
    }

    private PluginRegistration registration(Duration firstDelay) {
        return new PluginRegistration(PLUGIN, directory, firstDelay, later);
    }

    private PluginInfo ask() {
        try (SocketClient client = new SocketClient(socket)) {
            return RegistrationGrpc.newBlockingStub(client.channel())
                    .withWaitForReady()
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .getInfo(InfoRequest.getDefaultInstance());
        }
    }

    private void tell(RegistrationStatus status) {
        try (SocketClient client = new SocketClient(socket)) {
            var _ = RegistrationGrpc.newBlockingStub(client.channel())
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .notifyRegistrationStatus(status);
        }
    }

    private WatchService watch() throws IOException {
        WatchService watch = directory.getFileSystem().newWatchService();
        directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
        return watch;
    }

    private void awaitCreation(WatchService watch) throws InterruptedException {
        WatchKey key = watch.poll(20, TimeUnit.SECONDS);
        assertThat(key).as("a new socket in the directory").isNotNull();
        key.pollEvents();
        key.reset();
        assertThat(Files.exists(socket)).isTrue();
    }
}
