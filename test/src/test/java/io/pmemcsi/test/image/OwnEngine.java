// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.image;

import java.net.URI;
import java.util.Optional;
import org.testcontainers.dockerclient.DockerClientProviderStrategy;
import org.testcontainers.dockerclient.TransportConfig;

/**
 * Shows Testcontainers the engine of {@link DockerEngine}, which it cannot find by itself. Testcontainers makes it by name, see
 * {@code META-INF/services}.
 */
public final class OwnEngine extends DockerClientProviderStrategy {
    /** The system property with the engine's address. */
    static final String HOST = "pmemcsi.docker.host";

    private static final int BEFORE_ALL_OTHERS = 1000;

    private static Optional<String> host() {
        return Optional.ofNullable(System.getProperty(HOST)).filter(host -> !host.isEmpty());
    }

    @Override
    public TransportConfig getTransportConfig() {
        String host = host().orElseThrow(() -> new IllegalStateException("no engine was started"));
        return TransportConfig.builder().dockerHost(URI.create(host)).build();
    }

    @Override
    public String getDescription() {
        return "the engine of these tests";
    }

    @Override
    protected boolean isApplicable() {
        return host().isPresent();
    }

    @Override
    protected boolean isPersistable() {
        return false;
    }

    @Override
    protected int getPriority() {
        return BEFORE_ALL_OTHERS;
    }
}
