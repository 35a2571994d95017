// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.lvm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The LVM configuration of this process ({@code lvm.conf(5)}). It does not read the node's own, so that a devices file, a
 * filter or lvmlockd there changes nothing here; and it sees the named devices only, so that nothing else can be touched.
 *
 * @param directory the directory for {@code lvm.conf}, made when absent; becomes LVM_SYSTEM_DIR
 * @param locks the directory of LVM's lock files; the node's own ({@code /run/lock/lvm}) keeps its commands and ours apart
 * @param devices regular expressions for the device nodes that LVM may look at
 * @param readOnly whether LVM may look only: it changes nothing, takes no locks and does not ask device-mapper
 */
public record LvmConfig(Path directory, Path locks, List<String> devices, boolean readOnly) {
    /** Where the LVM of a node keeps its lock files. */
    public static final Path NODE_LOCKS = Path.of("/run/lock/lvm");

    /** Block devices of persistent memory: fsdax, sector and raw namespaces. */
    public static final List<String> PMEM = List.of("^/dev/pmem[0-9.]+s?$");

    public LvmConfig {
        devices = List.copyOf(devices);
    }

    /** One that may change everything on these devices. */
    public LvmConfig(Path directory, Path locks, List<String> devices) {
        this(directory, locks, devices, false);
    }

    /** One for a look at persistent memory that leaves nothing behind but what is in {@code directory}. */
    public static LvmConfig forLooking(Path directory) {
        return new LvmConfig(directory.resolve("lvm"), directory.resolve("locks"), PMEM, true);
    }

    void write() throws IOException {
        Files.createDirectories(directory);
        Files.createDirectories(locks);
        Files.writeString(directory.resolve("lvm.conf"), text());
    }

    /** udev may be absent, as in a container: LVM makes and checks device nodes itself, and waits for nobody. */
    String text() {
        String filter = Stream.concat(devices.stream().map(device -> "\"a|" + device + "|\""), Stream.of("\"r|.*|\""))
                .collect(Collectors.joining(", "));
        return """
                devices {
                    dir = "/dev"
                    scan = [ "/dev" ]
                    filter = [ %1$s ]
                    global_filter = [ %1$s ]
                    use_devicesfile = 0
                    scan_lvs = 0
                    obtain_device_list_from_udev = 0
                    external_device_info_source = "none"
                    multipath_component_detection = 0
                    md_component_detection = 0
                    hints = "none"
                }
                global {
                    locking_dir = "%2$s"
                    metadata_read_only = %3$d
                    use_lvmlockd = 0
                    use_lvmpolld = 0
                    notify_dbus = 0
                }
                activation {
                    udev_sync = 0
                    udev_rules = 0
                    verify_udev_operations = 1
                    monitoring = 0
                }
                backup {
                    backup = 0
                    archive = 0
                }
                log {
                    syslog = 0
                }
                report {
                    output_format = "json"
                }
                """.formatted(filter, locks, readOnly ? 1 : 0);
    }
}
