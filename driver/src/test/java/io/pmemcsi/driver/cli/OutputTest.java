// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutputTest {
    private static final List<List<String>> ROWS =
            List.of(List.of("ID", "SIZE"), List.of("long-id", "1Gi"), List.of("x", ""));

    private final StringWriter written = new StringWriter();

    private record Item(String id, long sizeBytes) {}

    @Test
    void aligns_columns_without_trailing_blanks() {
        new Output(OutputForm.TEXT, new PrintWriter(written)).print(new Item("x", 1), ROWS);
        assertThat(written.toString().lines()).containsExactly("ID       SIZE", "long-id  1Gi", "x");
    }

    @Test
    void prints_records_as_json() {
        new Output(OutputForm.JSON, new PrintWriter(written)).say(new Item("<x>", 1), "ignored");
        assertThat(written.toString().replaceAll("\\s", "")).isEqualTo("{\"id\":\"<x>\",\"sizeBytes\":1}");
    }

    @Test
    void prints_no_table_as_nothing() {
        assertThat(Output.table(List.of())).isEmpty();
    }
}
