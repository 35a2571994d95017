// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pmemcsi.driver.config.Setting;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.volume.VolumeParameters;
import io.pmemcsi.driver.volume.VolumeParameters.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} names the flags, parameters and attributes that there are, all of them and no others. */
final class ConfigurationPageTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");

    @Test
    void names_all_flags_of_the_driver() throws IOException {
        Set<String> documented = new TreeSet<>();
        rows("Flags of `pmem-csi node`")
                .forEach(row -> documented.add(code(row.getFirst()).getFirst()));
        assertThat(documented)
                .isEqualTo(Arrays.stream(Setting.values())
                        .map(Setting::flag)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void names_all_parameters_of_storage_classes() throws IOException {
        assertThat(keys("Storage class parameters")).isEqualTo(allowed(Origin.STORAGE_CLASS));
    }

    @Test
    void names_all_attributes_of_inline_volumes() throws IOException {
        Set<String> documented = keys("Storage class parameters");
        documented.addAll(keys("Attributes of inline volumes"));
        assertThat(documented).isEqualTo(allowed(Origin.INLINE));
    }

    @Test
    void parameters_have_the_documented_values() throws IOException {
        for (List<String> row : rows("Storage class parameters")) {
            for (String key : code(row.getFirst())) {
                for (String value : code(row.get(1))) {
                    assertThatCode(() -> VolumeParameters.parse(Origin.STORAGE_CLASS, Map.of(key, value)))
                            .as("%s: %s", key, value)
                            .doesNotThrowAnyException();
                }
            }
        }
    }

    /** What the refusal of an unknown key says is allowed. */
    private static Set<String> allowed(Origin origin) {
        StorageException refusal = catchThrowableOfType(
                StorageException.class, () -> VolumeParameters.parse(origin, Map.of("no-such-key", "1")));
        String text = String.valueOf(refusal.getMessage());
        String list = text.substring(text.indexOf("allowed are: ") + "allowed are: ".length());
        return new TreeSet<>(Arrays.asList(list.split(", ")));
    }

    private static Set<String> keys(String heading) throws IOException {
        Set<String> keys = new TreeSet<>();
        rows(heading).forEach(row -> keys.add(code(row.getFirst()).getFirst()));
        return keys;
    }

    /** The cells of the first table below a heading, without its head. */
    private static List<List<String>> rows(String heading) throws IOException {
        List<List<String>> rows = Files.readAllLines(PAGE).stream()
                .dropWhile(line -> !line.equals("## " + heading))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .dropWhile(line -> !line.startsWith("|"))
                .takeWhile(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> Arrays.stream(line.substring(1).split("\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
        assertThat(rows).as("the table of %s", heading).isNotEmpty();
        return rows;
    }

    private static List<String> code(String cell) {
        return CODE.matcher(cell).results().map(found -> found.group(1)).toList();
    }
}
