// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor.linux;

import io.pmemcsi.driver.doctor.Facts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the kernel tells in files. What cannot be read is empty. */
final class KernelFiles {
    private static final Pattern LOOP = Pattern.compile("loop\\d+");
    private static final Pattern ANY = Pattern.compile(".*");
    private static final Pattern REGION = Pattern.compile("region\\d+");

    private final Path root;

    KernelFiles(Path root) {
        this.root = root;
    }

    Path at(String path) {
        return root.resolve(path);
    }

    String release() {
        return read("proc/sys/kernel/osrelease").strip();
    }

    String mounts() {
        return read("proc/self/mountinfo");
    }

    String locks() {
        return read("proc/locks");
    }

    /** User 65534 without capabilities when the kernel does not tell. */
    Facts.Caller caller() {
        String status = read("proc/self/status");
        return new Facts.Caller(
                Integer.parseInt(field(status, "Uid", 1, "65534")),
                Long.parseUnsignedLong(field(status, "CapEff", 0, "0"), 16));
    }

    private static String field(String status, String name, int index, String otherwise) {
        return status.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> List.of(line.substring(name.length() + 1).strip().split("\\s+")))
                .filter(fields -> fields.size() > index)
                .map(fields -> fields.get(index))
                .findFirst()
                .orElse(otherwise);
    }

    List<Path> loopDevices() {
        return entries("sys/block", LOOP);
    }

    /** The regions of persistent memory that libnvdimm knows. */
    List<Path> regions() {
        return entries("sys/bus/nd/devices", REGION);
    }

    /** The drivers of the bus that persistent memory is on. */
    Set<String> nvdimmDrivers() {
        return entries("sys/bus/nd/drivers").stream()
                .map(driver -> driver.getFileName().toString())
                .collect(Collectors.toSet());
    }

    /** What is in a directory. */
    List<Path> entries(String directory) {
        return entries(directory, ANY);
    }

    private List<Path> entries(String directory, Pattern name) {
        try (Stream<Path> entries = Files.list(at(directory))) {
            return entries.filter(entry ->
                            name.matcher(entry.getFileName().toString()).matches())
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The text of a file; empty when it cannot be read. */
    String read(String file) {
        try {
            return Files.readString(at(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
