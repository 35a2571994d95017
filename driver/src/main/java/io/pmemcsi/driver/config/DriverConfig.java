// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.config;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.Quantity;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * All that the driver is told at its start. Built once, valid from then on.
 *
 * @param driverName the CSI name of the driver
 * @param nodeId the CSI name of this node
 * @param endpoint where the driver listens
 * @param devices what volumes are made of
 * @param directories where things are
 * @param process how the process works
 */
public record DriverConfig(
        DriverName driverName,
        NodeId nodeId,
        Endpoint endpoint,
        Devices devices,
        Directories directories,
        Operation process) {

    /** The endpoint when nothing else is said. */
    public static final String DEFAULT_ENDPOINT = "unix:///var/lib/pmem-csi/csi.sock";

    /** The environment variable that names another endpoint. */
    public static final String ENDPOINT_VARIABLE = "CSI_ENDPOINT";

    /**
     * What volumes are made of.
     *
     * @param mode the kind of devices
     * @param capacity the space for all volumes; present for the modes where the user decides it
     * @param eraseRate bytes per second for erasing; empty for no limit
     * @param inlineMaxSize the largest inline volume; empty for no limit
     */
    public record Devices(
            DeviceMode mode,
            Optional<ByteSize> capacity,
            Optional<ByteSize> eraseRate,
            Optional<ByteSize> inlineMaxSize) {}

    /**
     * Where things are; all paths are absolute.
     *
     * @param state the records of the volumes
     * @param kubelet the only directory below which volumes are mounted
     * @param registration where the kubelet looks for the sockets of plugins; empty when the driver does not register
     */
    public record Directories(Path state, Path kubelet, Optional<Path> registration) {}

    /**
     * How the process works.
     *
     * @param workers how many requests are worked on at the same time
     * @param metrics where metrics and health are served over HTTP; empty for nowhere
     * @param logging what the log looks like
     */
    public record Operation(int workers, Optional<ListenAddress> metrics, LogSettings logging) {}

    /**
     * Reads the settings that were given, fills in defaults and checks all of it.
     *
     * @throws ConfigException with everything that is wrong
     */
    public static DriverConfig read(Map<Setting, String> given, Surroundings around) {
        SettingReader reader = new SettingReader(given);
        Optional<DriverName> name = reader.read(Setting.DRIVER_NAME, DriverName::new, "pmem-csi.intel.com");
        Optional<NodeId> node = reader.read(
                Setting.NODE_ID, NodeId::new, around.variable("KUBE_NODE_NAME").orElse(around.hostName()));
        Optional<Endpoint> endpoint = reader.read(
                Setting.ENDPOINT,
                Endpoint::parse,
                around.variable(ENDPOINT_VARIABLE).orElse(DEFAULT_ENDPOINT));
        Optional<Devices> devices = devices(reader);
        Optional<Directories> directories =
                directories(reader, name.map(DriverName::value).orElse("unnamed"));
        Optional<Operation> operation = operation(reader);
        reader.done();
        return new DriverConfig(
                name.orElseThrow(),
                node.orElseThrow(),
                endpoint.orElseThrow(),
                devices.orElseThrow(),
                directories.orElseThrow(),
                operation.orElseThrow());
    }

    private static Optional<Devices> devices(SettingReader reader) {
        Optional<DeviceMode> mode = reader.read(Setting.DEVICE_MODE, DeviceMode::parse, DeviceMode.LVM.flag());
        mode.filter(known -> !known.hasChosenCapacity()).ifPresent(_ -> refuseCapacity(reader));
        Optional<ByteSize> capacity = reader.read(Setting.CAPACITY, DriverConfig::size);
        Optional<ByteSize> eraseRate = reader.read(Setting.ERASE_RATE, DriverConfig::size);
        Optional<ByteSize> inlineMaxSize = reader.read(Setting.INLINE_MAX_SIZE, DriverConfig::size);
        boolean chosen = mode.map(DeviceMode::hasChosenCapacity).orElse(true);
        Optional<ByteSize> space = chosen ? capacity.or(() -> Optional.of(ByteSize.mebibytes(10 * 1024))) : capacity;
        return mode.map(known -> new Devices(known, space, eraseRate, inlineMaxSize));
    }

    private static Optional<Directories> directories(SettingReader reader, String driverName) {
        Optional<Path> state = reader.read(Setting.STATE_DIR, DriverConfig::directory, "/var/lib/" + driverName);
        Optional<Path> kubelet = reader.read(Setting.KUBELET_DIR, DriverConfig::directory, "/var/lib/kubelet");
        Optional<Path> registration = reader.read(Setting.KUBELET_REGISTRATION_DIR, DriverConfig::directory);
        registration.ifPresent(directory -> checkRegistration(reader, directory, driverName));
        return state.flatMap(s -> kubelet.map(k -> new Directories(s, k, registration)));
    }

    private static void checkRegistration(SettingReader reader, Path directory, String driverName) {
        try {
            var _ = new Endpoint(directory.resolve(driverName + "-reg.sock"));
        } catch (IllegalArgumentException e) {
            reader.problem(Setting.KUBELET_REGISTRATION_DIR, String.valueOf(e.getMessage()));
        }
    }

    private static Optional<Operation> operation(SettingReader reader) {
        Optional<Integer> workers = reader.read(Setting.WORKERS, DriverConfig::workers, "8");
        Optional<LogSettings.Format> format = reader.read(Setting.LOGGING_FORMAT, LogSettings.Format::parse, "text");
        Optional<LogSettings.Level> level = reader.read(Setting.LOG_LEVEL, LogSettings.Level::parse, "info");
        Optional<ListenAddress> metrics = reader.read(Setting.METRICS_LISTEN, ListenAddress::parse);
        return workers.flatMap(count ->
                format.flatMap(f -> level.map(l -> new Operation(count, metrics, new LogSettings(f, l)))));
    }

    private static void refuseCapacity(SettingReader reader) {
        if (reader.has(Setting.CAPACITY)) {
            reader.problem(Setting.CAPACITY, "only for the device modes emulated and memory");
        }
    }

    private static ByteSize size(String text) {
        ByteSize size = Quantity.parse(text);
        if (size.isZero()) {
            throw new IllegalArgumentException("'" + text + "' must be above zero");
        }
        return size;
    }

    private static int workers(String text) {
        int count = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : 0;
        if (count < 1 || count > 256) {
            throw new IllegalArgumentException("'" + text + "' is not a number of workers; allowed is 1 to 256");
        }
        return count;
    }

    private static Path directory(String text) {
        try {
            Path path = Path.of(text);
            if (path.isAbsolute()) {
                return path.normalize();
            }
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("'" + text + "' is not a path: " + e.getReason(), e);
        }
        throw new IllegalArgumentException("'" + text + "' is not an absolute path");
    }
}
