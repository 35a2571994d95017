// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import csi.v1.ControllerGrpc;
import csi.v1.CreateVolumeRequest;
import csi.v1.CreateVolumeResponse;
import csi.v1.GetPluginInfoRequest;
import csi.v1.GetPluginInfoResponse;
import csi.v1.IdentityGrpc;
import csi.v1.Volume;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SocketServerTest {
    private final SlowController controller = new SlowController();

    @TempDir
    private Path directory = Path.of("");

    private Path socket = Path.of("");

    @BeforeEach
    void name_the_socket() {
        socket = directory.resolve("made/csi.sock");
    }

    @Test
    void listens_where_only_the_owner_can_connect() throws IOException {
        try (var _ = server(Duration.ofSeconds(5)).start()) {
            assertThat(SocketFileTest.permissions(socket)).isEqualTo("rw-------");
            assertThat(SocketFileTest.permissions(directory.resolve("made"))).isEqualTo("rwx------");
            assertThat(probe()).isEqualTo("csi-identity");
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void does_nothing_before_it_is_started() {
        server(Duration.ZERO).close();
        assertThat(directory.resolve("made")).doesNotExist();
    }

    @Test
    void refuses_a_place_where_another_server_answers() throws IOException {
        try (var _ = server(Duration.ofSeconds(5)).start()) {
            SocketServer second = server(Duration.ZERO);
            assertThatIOException().isThrownBy(second::start).withMessageContaining("another process answers on");
            second.close();
            assertThat(probe()).isEqualTo("csi-identity");
        }
    }

    @Test
    void can_be_started_again_after_a_stop() throws IOException {
        server(Duration.ZERO).start().close();
        try (var _ = server(Duration.ofSeconds(5)).start()) {
            assertThat(probe()).isEqualTo("csi-identity");
        }
    }

    @Test
    void answers_probe_while_all_workers_are_busy() throws Exception {
        try (var _ = server(Duration.ofSeconds(20)).start();
                SocketClient client = new SocketClient(socket)) {
            var calls = List.of(create(client, "a"), create(client, "b"), create(client, "c"));
            controller.busy.await();
            assertThat(probe()).isEqualTo("csi-identity");
            controller.release.countDown();
            for (var call : calls) {
                assertThat(call.get(20, TimeUnit.SECONDS)).startsWith("csi-rpc-");
            }
        }
    }

    @Test
    void lets_running_calls_finish_when_it_stops() throws Exception {
        SocketServer server = server(Duration.ofSeconds(20)).start();
        try (SocketClient client = new SocketClient(socket);
                WatchService watch = directory.getFileSystem().newWatchService()) {
            var calls = List.of(create(client, "a"), create(client, "b"));
            controller.busy.await();
            directory.resolve("made").register(watch, StandardWatchEventKinds.ENTRY_DELETE);
            Thread stop = Thread.startVirtualThread(server::close);
            assertThat(watch.poll(20, TimeUnit.SECONDS))
                    .as("removal of the socket")
                    .isNotNull();
            controller.release.countDown();
            for (var call : calls) {
                assertThat(call.get(20, TimeUnit.SECONDS)).startsWith("csi-rpc-");
            }
            stop.join();
        }
    }

    @Test
    void cancels_calls_that_do_not_finish_in_time() throws Exception {
        SocketServer server = server(Duration.ofMillis(1)).start();
        try (SocketClient client = new SocketClient(socket)) {
            var call = create(client, "a");
            var other = create(client, "b");
            controller.busy.await();
            server.close();
            assertThat(call).failsWithin(Duration.ofSeconds(20));
            assertThat(other).failsWithin(Duration.ofSeconds(20));
            assertThat(controller.interrupted.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void refuses_messages_of_more_than_a_mebibyte() throws IOException {
        try (var _ = server(Duration.ofSeconds(5)).start();
                SocketClient client = new SocketClient(socket)) {
            var request = CreateVolumeRequest.newBuilder()
                    .setName("n".repeat(1 << 20))
                    .build();
            StatusRuntimeException failure = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> ControllerGrpc.newBlockingStub(client.channel())
                            .withDeadlineAfter(20, TimeUnit.SECONDS)
                            .createVolume(request));
            assertThat(failure.getStatus().getCode()).isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED);
            assertThat(probe()).isEqualTo("csi-identity");
        }
    }

    private SocketServer server(Duration grace) {
        return new SocketServer(
                new SocketSettings("csi", socket, 2, grace),
                List.of(controller.bindService(), new ThreadNamingIdentity().bindService()));
    }

    /** Which thread answers for the Identity service. */
    private String probe() {
        try (SocketClient client = new SocketClient(socket)) {
            return IdentityGrpc.newBlockingStub(client.channel())
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .getPluginInfo(GetPluginInfoRequest.getDefaultInstance())
                    .getName();
        }
    }

    /** Which thread answers for the Controller service. */
    private static CompletableFuture<String> create(SocketClient client, String name) {
        var request = CreateVolumeRequest.newBuilder().setName(name).build();
        return CompletableFuture.supplyAsync(
                () -> ControllerGrpc.newBlockingStub(client.channel())
                        .withDeadlineAfter(40, TimeUnit.SECONDS)
                        .createVolume(request)
                        .getVolume()
                        .getVolumeId(),
                Thread::startVirtualThread);
    }

    private static final class ThreadNamingIdentity extends IdentityGrpc.IdentityImplBase {
        @Override
        public void getPluginInfo(GetPluginInfoRequest request, StreamObserver<GetPluginInfoResponse> reply) {
            reply.onNext(GetPluginInfoResponse.newBuilder()
                    .setName(Thread.currentThread().getName())
                    .build());
            reply.onCompleted();
        }
    }

    /** Answers with the name of its thread, once it is released. */
    private static final class SlowController extends ControllerGrpc.ControllerImplBase {
        private final CountDownLatch busy = new CountDownLatch(2);
        private final CountDownLatch release = new CountDownLatch(1);
        private final CountDownLatch interrupted = new CountDownLatch(2);

        @Override
        public void createVolume(CreateVolumeRequest request, StreamObserver<CreateVolumeResponse> reply) {
            busy.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
                return;
            }
            String thread = Thread.currentThread().getName();
            reply.onNext(CreateVolumeResponse.newBuilder()
                    .setVolume(Volume.newBuilder().setVolumeId(thread))
                    .build());
            reply.onCompleted();
        }
    }
}
