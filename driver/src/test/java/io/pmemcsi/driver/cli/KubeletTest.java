// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KubeletTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void stages_where_the_kubelet_does() {
        assertThat(StagingOptions.byDefault(Path.of("/var/lib/kubelet"), "pmem-csi.intel.com", "abc"))
                .isEqualTo(Path.of("/var/lib/kubelet/plugins/kubernetes.io/csi/pmem-csi.intel.com"
                        + "/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad/globalmount"));
    }

    @Test
    void makes_directories_for_the_group_at_most() throws IOException {
        Path made = directory.resolve("a/b");
        Kubelet.makeDirectory(made);
        Kubelet.makeDirectory(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwxr-x---");
    }

    @Test
    void takes_back_only_the_directories_that_it_has_made() throws IOException {
        Path there = Files.createDirectory(directory.resolve("there"));
        List<Path> made = Kubelet.makeDirectory(there.resolve("a/b"));
        assertThat(made).containsExactly(there.resolve("a/b"), there.resolve("a"));
        assertThat(Kubelet.makeDirectory(there.resolve("a/b"))).isEmpty();
        Kubelet.remove(made);
        assertThat(there).isEmptyDirectory();
        List<Path> again = Kubelet.makeDirectory(there.resolve("a/b"));
        Files.createFile(there.resolve("a/file"));
        Kubelet.remove(again);
        assertThat(there.resolve("a")).isDirectoryContaining("glob:**/file");
    }

    @Test
    void removes_a_staging_directory_with_the_one_made_for_it() throws IOException {
        Path staging = Files.createDirectories(directory.resolve("hash/globalmount"));
        Kubelet.removeStaging(staging);
        Kubelet.removeStaging(staging);
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void removes_only_the_directory_itself_in_a_place_of_the_users_choice() throws IOException {
        Path staging = Files.createDirectories(directory.resolve("mine/staging"));
        Kubelet.removeStaging(staging);
        assertThat(directory.resolve("mine")).isEmptyDirectory();
    }

    @Test
    void keeps_a_staging_directory_with_content() throws IOException {
        Path staging = Files.createDirectories(directory.resolve("hash/globalmount"));
        Files.createFile(staging.resolve("data"));
        Kubelet.removeStaging(staging);
        assertThat(staging.resolve("data")).exists();
    }

    @Test
    void shares_a_volume_with_a_group() throws IOException {
        int before = (Integer) Files.getAttribute(directory, "unix:gid");
        Optional<Integer> other = otherGroup(before);
        int group = other.orElse(before);
        Kubelet.shareWithGroup(directory, group);
        assertThat((Integer) Files.getAttribute(directory, "unix:mode") & 07777).isEqualTo(02775);
        assumeThat(other).as("a second group of this user").isPresent();
        assertThat(Files.getAttribute(directory, "unix:gid")).isEqualTo(group).isNotEqualTo(before);
    }

    /** A group to which this process may give a file, other than the one given. */
    private static Optional<Integer> otherGroup(int group) throws IOException {
        if ((Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0) {
            return Optional.of(group + 1);
        }
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("Groups:"))
                .flatMap(line -> Pattern.compile("\\d+").matcher(line).results())
                .map(match -> Integer.valueOf(match.group()))
                .filter(mine -> mine != group)
                .findFirst();
    }
}
