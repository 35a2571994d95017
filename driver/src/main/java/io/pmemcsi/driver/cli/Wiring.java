// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.pmemcsi.driver.config.DeviceMode;
import io.pmemcsi.driver.config.DriverConfig;
import io.pmemcsi.driver.config.ListenAddress;
import io.pmemcsi.driver.csi.CallLogging;
import io.pmemcsi.driver.csi.CallObserver;
import io.pmemcsi.driver.csi.ControllerService;
import io.pmemcsi.driver.csi.ErrorInterceptor;
import io.pmemcsi.driver.csi.IdentityService;
import io.pmemcsi.driver.csi.NodeIdentity;
import io.pmemcsi.driver.csi.NodeService;
import io.pmemcsi.driver.csi.PlanningService;
import io.pmemcsi.driver.monitor.Monitor;
import io.pmemcsi.driver.server.PluginRegistration;
import io.pmemcsi.driver.server.Running;
import io.pmemcsi.driver.server.SocketServer;
import io.pmemcsi.driver.server.SocketSettings;
import io.pmemcsi.driver.state.file.StateDirectoryLock;
import io.pmemcsi.driver.volume.Eraser;
import io.pmemcsi.driver.volume.InlineCollector;
import io.pmemcsi.driver.volume.InlineVolumes;
import io.pmemcsi.driver.volume.KeyedLease;
import io.pmemcsi.driver.volume.Planning;
import io.pmemcsi.driver.volume.Ports;
import io.pmemcsi.driver.volume.Provisioning;
import io.pmemcsi.driver.volume.Publishing;
import io.pmemcsi.driver.volume.Recovery;
import io.pmemcsi.driver.volume.VolumeReports;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The composition root: the one place where the parts of the driver are made and put together. */
final class Wiring {
    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

    /** How long running calls may take to finish at a stop; the kubelet repeats those that are cut off. */
    private static final Duration GRACE = Duration.ofSeconds(20);

    private static final Duration REGISTRATION_RETRY = Duration.ofSeconds(5);

    private Wiring() {}

    /**
     * Starts the driver: takes the state directory, repairs what the last stop has left, then serves.
     *
     * @throws IOException when a socket cannot be made
     */
    static RunningDriver start(DriverConfig config) throws IOException {
        Running parts = new Running();
        try {
            start(config, parts);
            return new RunningDriver(parts);
        } catch (IOException | RuntimeException | Error e) {
            abandon(parts, e);
            throw e;
        }
    }

    private static void start(DriverConfig config, Running parts) throws IOException {
        InstantSource clock = InstantSource.system();
        Backend.requireRights(config.devices().mode());
        if (config.devices().mode() != DeviceMode.MEMORY) {
            parts.add(StateDirectoryLock.acquire(config.directories().state()));
        }
        Optional<Monitor> monitor = monitor(config, parts);
        Backend backend = Backend.of(config, clock);
        parts.add(backend.natives());
        backend.devices().traits().caveat().ifPresent(LOG::warn);
        Path socket = config.endpoint().socket();
        SocketSettings settings =
                new SocketSettings("csi", socket, config.process().workers(), GRACE);
        Eraser eraser = parts.add(
                new Eraser(backend.store(), backend.devices(), config.devices().eraseRate()));
        VolumeReports reports = new VolumeReports(backend.store(), backend.devices(), backend.mounter());
        CallObserver observer =
                monitor.<CallObserver>map(found -> found::callEnded).orElse((_, _, _) -> {});
        var services = services(config, backend, clock, eraser, reports, parts).stream()
                .map(service ->
                        ServerInterceptors.interceptForward(service, new CallLogging(observer), new ErrorInterceptor()))
                .toList();
        parts.add(new SocketServer(settings, services).start());
        monitor.ifPresent(found -> found.ready(reports, eraser));
        String driverName = config.driverName().value();
        if (config.directories().registration().isPresent()) {
            var plugin = new PluginRegistration.Plugin(driverName, socket);
            Path directory = config.directories().registration().get();
            parts.add(new PluginRegistration(plugin, directory, REGISTRATION_RETRY).start());
        }
        LOG.atInfo()
                .addKeyValue("driver", driverName)
                .addKeyValue("node", config.nodeId().value())
                .addKeyValue("mode", config.devices().mode().flag())
                .log("ready");
    }

    private static List<ServerServiceDefinition> services(
            DriverConfig config,
            Backend backend,
            InstantSource clock,
            Eraser eraser,
            VolumeReports reports,
            Running parts) {
        var store = backend.store();
        var devices = backend.devices();
        var mounter = backend.mounter();
        var fileSystems = backend.fileSystems();
        KeyedLease leases = new KeyedLease();
        Ports ports = new Ports(store, devices, mounter, fileSystems);
        InlineVolumes inline =
                new InlineVolumes(ports, leases, eraser, config.devices().inlineMaxSize(), clock);
        new Recovery(ports, inline, eraser, clock).run();
        parts.add(new InlineCollector(inline).start());
        NodeIdentity node = new NodeIdentity(
                config.driverName().value(),
                BuildInfo.read().version(),
                config.nodeId().value(),
                devices.traits().expandable());
        return List.of(
                new IdentityService(node).bindService(),
                new ControllerService(node, new Provisioning(store, devices, leases, eraser, clock), reports)
                        .bindService(),
                new PlanningService(node, new Planning(devices, fileSystems)).bindService(),
                new NodeService(node, new Publishing(store, devices, mounter, fileSystems, leases), inline, reports)
                        .bindService());
    }

    /** Before all else, so that a probe learns what the driver is waiting for. */
    private static Optional<Monitor> monitor(DriverConfig config, Running parts) throws IOException {
        if (config.process().metrics().isEmpty()) {
            return Optional.empty();
        }
        ListenAddress listen = config.process().metrics().get();
        InetSocketAddress address = listen.host().isEmpty()
                ? new InetSocketAddress(listen.port())
                : new InetSocketAddress(listen.host(), listen.port());
        Monitor.Subject subject = new Monitor.Subject(
                config.driverName().value(),
                config.nodeId().value(),
                BuildInfo.read().version(),
                config.endpoint().socket());
        return Optional.of(parts.add(Monitor.start(address, subject)));
    }

    private static void abandon(Running parts, Throwable reason) {
        try {
            parts.close();
        } catch (IllegalStateException e) {
            reason.addSuppressed(e);
        }
    }
}
