// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandTreeTest {
    @TempDir
    private Path directory = Path.of("");

    @ParameterizedTest(name = "pmem-csi {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | Missing required subcommand",
                "volumes | Missing required subcommand",
                "frobnicate | 'frobnicate'",
                "node --device-mode nvme | --device-mode: 'nvme'",
                "node --capacity 1Gi | --capacity: only for the device modes emulated and memory",
                "node --device-mode memory --capacity 5Q --workers 0 | --capacity: '5Q'",
                "node --device-mode memory --capacity 5Q --workers 0 | --workers: '0'",
                "node --frob | '--frob'",
                "node --node-id a -nodeid b | --node-id and -nodeid are the same; give one",
                "volumes create --size 1Gi | 'NAME'",
                "volumes create v | '--size=SIZE'",
                "volumes create v --size 1GiB | '--size': '1GiB' is not a size",
                "volumes create v --size 1Gi --access disk | 'disk'",
                "volumes create v --size 1Gi --mode RWX | 'RWX'",
                "volumes create v --size 1Gi --param x | 'x'",
                "volumes list --timeout soon | 'soon' is not a duration",
                "volumes list --endpoint tcp://x | 'tcp://x' is not an endpoint",
                "volumes list -o yaml | 'yaml'",
                "volumes publish v | '--target=PATH'",
                "volumes publish v --target /t --fs-group staff | 'staff'",
                "volumes publish-inline h --target /t | '--size=SIZE'",
                "volumes plan | 'SIZE'",
                "volumes plan much | is not a size; allowed is a number of bytes",
                "volumes plan 1Mi --access tape | 'tape'",
                "volumes stats v | '--path=PATH'"
            })
    void wrong_usage_exits_with_2_and_names_the_value(String line, String named) {
        Ran ran = Ran.pmemCsi(line.isEmpty() ? new String[0] : line.split(" "));
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(named).doesNotContain("\tat ");
        assertThat(ran.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "node -h",
                "volumes --help",
                "volumes create -h",
                "volumes publish -h",
                "volumes publish-inline -h",
                "volumes unpublish -h",
                "volumes delete -h",
                "volumes list -h",
                "volumes stats -h",
                "volumes expand -h",
                "volumes capacity -h",
                "volumes plan -h",
                "version --help"
            })
    void every_command_explains_itself(String line) {
        Ran ran = Ran.pmemCsi(line.split(" "));
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).startsWith("Usage: pmem-csi");
        assertThat(ran.err()).isEmpty();
    }

    @Test
    void help_does_not_advertise_the_flags_of_the_archived_driver() {
        assertThat(Ran.pmemCsi("node", "--help").out())
                .contains("--driver-name")
                .doesNotContain("-drivername");
    }

    @Test
    void version_speaks_to_people_and_programs() {
        assertThat(Ran.pmemCsi("--version").out()).contains("pmem-csi", "commit", "java", "csi       1.13.0");
        var json = JsonParser.parseString(Ran.pmemCsi("version", "-o", "json").out())
                .getAsJsonObject();
        assertThat(json.keySet()).containsExactly("version", "commit", "java", "csi");
        assertThat(json.get("java").getAsString()).isEqualTo(Runtime.version().toString());
    }

    @Test
    void says_when_no_driver_is_there() {
        String endpoint = "unix://" + directory.resolve("csi.sock");
        assertThat(Ran.pmemCsi("volumes", "list", "--endpoint", endpoint))
                .isEqualTo(new Ran(
                        1, "", "UNAVAILABLE: no driver answers on " + endpoint + ": there is no such socket\n"));
    }

    @Test
    void says_when_the_socket_is_none() throws Exception {
        Path file = Files.createFile(directory.resolve("csi.sock"));
        Ran ran = Ran.pmemCsi("volumes", "list", "--endpoint", "unix://" + file);
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err())
                .startsWith("UNAVAILABLE: no driver answers on unix://" + file + ": ")
                .containsIgnoringCase("connection refused")
                .hasLineCount(1);
    }
}
