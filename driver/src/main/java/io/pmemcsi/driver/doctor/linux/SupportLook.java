// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor.linux;

import io.pmemcsi.driver.doctor.NodeLvm;
import io.pmemcsi.driver.doctor.PmemSupport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** What persistent memory needs of this machine's kernel. */
final class SupportLook {
    private static final Pattern OPTION = Pattern.compile("(?m)^(CONFIG_\\w+)=(.*)$");

    private final KernelFiles kernel;

    SupportLook(KernelFiles kernel) {
        this.kernel = kernel;
    }

    PmemSupport facts() {
        return new PmemSupport(
                MountedAt.find(kernel.mounts(), kernel.at("sys"))
                        .filter(mount -> mount.entry().isReadOnly())
                        .isPresent(),
                kernel.nvdimmDrivers(),
                Files.exists(kernel.at("dev/mapper/control")),
                configuration().map(SupportLook::options),
                new NodeLvm(text("etc/lvm/lvm.conf").orElse(""), text("etc/lvm/devices/system.devices")));
    }

    /** Where distributions put it; the first one is the running kernel's own word. */
    private Optional<String> configuration() {
        String release = kernel.release();
        return Stream.of(
                        "proc/config.gz",
                        "boot/config-" + release,
                        "lib/modules/" + release + "/config",
                        "usr/lib/modules/" + release + "/config")
                .flatMap(file -> text(file).stream())
                .findFirst();
    }

    private static Map<String, String> options(String configuration) {
        return OPTION.matcher(configuration)
                .results()
                .collect(Collectors.toMap(
                        (MatchResult option) -> option.group(1), option -> option.group(2), (first, _) -> first));
    }

    private Optional<String> text(String file) {
        Path path = kernel.at(file);
        try (InputStream raw = Files.newInputStream(path);
                InputStream in = file.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            return Optional.of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
