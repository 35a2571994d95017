// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.PrintWriter;
import java.util.List;

/** Prints results: as a table for people, as JSON for programs. */
final class Output {
    private static final Gson JSON =
            new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();
    private static final String GAP = "  ";

    private final OutputForm form;
    private final PrintWriter out;

    Output(OutputForm form, PrintWriter out) {
        this.form = form;
        this.out = out;
    }

    /** Prints {@code value} as JSON, or {@code lines} (rows of cells, the first being the heading) as a table with lines {@code below} it. */
    void print(Object value, List<List<String>> rows, String... below) {
        switch (form) {
            case JSON -> out.println(JSON.toJson(value));
            case TEXT -> {
                table(rows).forEach(out::println);
                List.of(below).forEach(out::println);
            }
        }
        out.flush();
    }

    /** Prints a text as it is, in either form. */
    void raw(String text) {
        out.println(text);
        out.flush();
    }

    /** Prints {@code value} as JSON, or a sentence. */
    void say(Object value, String sentence) {
        print(value, List.of(List.of(sentence)));
    }

    /** Columns as wide as their widest cell; all rows have as many cells as the first. */
    static List<String> table(List<List<String>> rows) {
        int columns = rows.isEmpty() ? 0 : rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            line.append(row.get(i)).repeat(" ", widths[i] - row.get(i).length()).append(GAP);
        }
        return line.toString().stripTrailing();
    }
}
