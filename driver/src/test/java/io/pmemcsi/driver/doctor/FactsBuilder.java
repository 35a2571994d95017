// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import io.pmemcsi.driver.config.DriverConfig;
import io.pmemcsi.driver.config.Setting;
import io.pmemcsi.driver.config.Surroundings;
import io.pmemcsi.driver.doctor.Facts.Directory;
import io.pmemcsi.driver.doctor.Facts.EndpointState;
import io.pmemcsi.driver.doctor.Facts.Form;
import io.pmemcsi.driver.domain.ByteSize;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The facts of a node where all is well and the driver runs, and changes to them. */
final class FactsBuilder {
    private static final Path STATE = Path.of("/state");
    private static final Path KUBELET = Path.of("/kubelet");

    private final Map<Setting, String> settings = new EnumMap<>(Map.of(
            Setting.DEVICE_MODE,
            "emulated",
            Setting.STATE_DIR,
            STATE.toString(),
            Setting.KUBELET_DIR,
            KUBELET.toString(),
            Setting.ENDPOINT,
            "unix:///run/csi.sock"));
    private boolean inCluster;
    private Facts.Caller caller = new Facts.Caller(0, -1);
    private Facts.Kernel kernel = new Facts.Kernel("6.1.0-18-amd64", "new calls", true);
    private Facts.Loops loops = new Facts.Loops(true, true, 3, 5);
    private boolean toolInstalled = true;
    private Optional<String> libblkid = Optional.empty();
    private Optional<Integer> regions = Optional.of(0);
    private Directory state = new Directory(STATE, Form.THERE, STATE, true);
    private Optional<Integer> owner = Optional.of(0);
    private boolean openToOthers;
    private ByteSize free = ByteSize.mebibytes(20 * 1024);
    private ByteSize used = ByteSize.mebibytes(100);
    private OptionalLong holder = OptionalLong.of(17);
    private Optional<List<String>> damaged = Optional.of(List.of());
    private Directory kubelet = new Directory(KUBELET, Form.THERE, KUBELET, true);
    private boolean shared = true;
    private Optional<Directory> registration = Optional.empty();
    private Optional<Map<String, String>> options = Optional.of(
            Stream.of("LIBNVDIMM", "BLK_DEV_PMEM", "NVDIMM_PFN", "FS_DAX", "BTT", "BLK_DEV_DM", "TRANSPARENT_HUGEPAGE")
                    .collect(Collectors.toMap(option -> "CONFIG_" + option, _ -> "y")));
    private Set<String> drivers = Set.of("nd_bus", "nd_region", "nd_pmem");
    private boolean sysReadOnly;
    private boolean deviceMapper = true;
    private NodeLvm nodeLvm = new NodeLvm("", Optional.empty());
    private PmemFacts memory = PmemFacts.NONE;
    private EndpointState endpoint = new EndpointState.Answering("pmem-csi.intel.com", true);

    FactsBuilder mode(String mode) {
        settings.put(Setting.DEVICE_MODE, mode);
        return this;
    }

    FactsBuilder inCluster() {
        inCluster = true;
        return this;
    }

    FactsBuilder caller(int user, long capabilities) {
        caller = new Facts.Caller(user, capabilities);
        return this;
    }

    FactsBuilder kernel(String release, boolean bestMountApi) {
        kernel = new Facts.Kernel(release, "calls", bestMountApi);
        return this;
    }

    FactsBuilder loops(boolean control, boolean writable, int free) {
        loops = new Facts.Loops(control, writable, 3, free);
        return this;
    }

    FactsBuilder toolMissing() {
        toolInstalled = false;
        return this;
    }

    FactsBuilder libblkidMissing(String reason) {
        libblkid = Optional.of(reason);
        return this;
    }

    FactsBuilder regions(Optional<Integer> count) {
        regions = count;
        return this;
    }

    FactsBuilder state(Form form, String nearest, boolean writable) {
        state = new Directory(STATE, form, Path.of(nearest), writable);
        return this;
    }

    FactsBuilder owner(int user, boolean others) {
        owner = Optional.of(user);
        openToOthers = others;
        return this;
    }

    FactsBuilder freeMebibytes(long count) {
        free = ByteSize.mebibytes(count);
        return this;
    }

    /** No room, and no volumes either. */
    FactsBuilder nearlyNothing() {
        used = ByteSize.ZERO;
        return freeMebibytes(19);
    }

    FactsBuilder noDriverRuns() {
        holder = OptionalLong.empty();
        return this;
    }

    FactsBuilder damaged(Optional<List<String>> names) {
        damaged = names;
        return this;
    }

    FactsBuilder kubelet(Form form) {
        kubelet = new Directory(KUBELET, form, KUBELET, true);
        return this;
    }

    FactsBuilder notShared() {
        shared = false;
        return this;
    }

    FactsBuilder registration(Form form, boolean writable) {
        Path path = Path.of("/registry");
        registration = Optional.of(new Directory(path, form, path, writable));
        return this;
    }

    FactsBuilder endpoint(EndpointState state) {
        endpoint = state;
        return this;
    }

    FactsBuilder withoutOptions() {
        options = Optional.empty();
        return this;
    }

    FactsBuilder withoutOption(String name) {
        Map<String, String> fewer = new HashMap<>(options.orElseThrow());
        fewer.remove(name);
        options = Optional.of(fewer);
        return this;
    }

    FactsBuilder drivers(String... names) {
        drivers = Set.of(names);
        return this;
    }

    FactsBuilder sysReadOnly() {
        sysReadOnly = true;
        return this;
    }

    FactsBuilder withoutDeviceMapper() {
        deviceMapper = false;
        return this;
    }

    FactsBuilder nodeLvm(String config, Optional<String> devices) {
        nodeLvm = new NodeLvm(config, devices);
        return this;
    }

    FactsBuilder memory(PmemFacts facts) {
        memory = facts;
        regions = Optional.of(facts.regions().size());
        return this;
    }

    Facts build() {
        var tool = new Facts.Tool("mkfs.xfs", "xfsprogs", "format xfs volumes", toolInstalled);
        return new Facts(
                DriverConfig.read(settings, new Surroundings(Map.of(), "host-1")),
                inCluster,
                caller,
                new Facts.SystemFacts(kernel, loops, List.of(tool), libblkid, regions),
                new Facts.State(state, owner, openToOthers, free, used, holder, damaged),
                kubelet,
                shared,
                registration,
                endpoint,
                new PmemSupport(sysReadOnly, drivers, deviceMapper, options, nodeLvm),
                memory);
    }
}
