// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.monitor;

import io.pmemcsi.driver.device.Capacity;
import io.pmemcsi.driver.domain.StorageException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** Whether the driver can do its work, and if not, why. Safe for concurrent use. */
final class Readiness {
    private final Path socket;
    private final AtomicReference<Optional<Supplier<Capacity>>> serving = new AtomicReference<>(Optional.empty());

    /** @param socket the driver's own CSI socket */
    Readiness(Path socket) {
        this.socket = socket;
    }

    /**
     * From now on the driver serves its socket.
     *
     * @param look fails when the devices cannot be looked at
     */
    void serving(Supplier<Capacity> look) {
        serving.set(Optional.of(look));
    }

    /** Why the process should be started anew; empty while it is starting or working. */
    Optional<String> sick() {
        return serving.get().isEmpty() ? Optional.empty() : unreachable();
    }

    /** What the driver does before it serves its socket; empty when it serves. */
    Optional<String> starting() {
        return serving.get().isPresent()
                ? Optional.empty()
                : Optional.of("starting: the volumes of the last run are being looked at");
    }

    /** Why the driver cannot do its work now; empty when it can. */
    Optional<String> notReady() {
        return starting().or(this::unreachable).or(() -> serving.get().flatMap(Readiness::withoutDevices));
    }

    private Optional<String> unreachable() {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            boolean _ = channel.connect(UnixDomainSocketAddress.of(socket));
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("nobody answers at " + socket + ": " + e.getMessage());
        }
    }

    private static Optional<String> withoutDevices(Supplier<Capacity> look) {
        try {
            var _ = look.get();
            return Optional.empty();
        } catch (StorageException e) {
            return Optional.of("the devices cannot be looked at: " + e.text());
        }
    }
}
