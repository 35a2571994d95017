// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.system;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Named series of measured values, printed as a table of minimum, median and 95th percentile. One thread at a time. */
final class Samples {
    private final Map<String, DoubleStream.Builder> series = new LinkedHashMap<>();

    /** Runs {@code work} and adds how many milliseconds it took. */
    void time(String name, Runnable work) {
        long start = System.nanoTime();
        work.run();
        add(name, (System.nanoTime() - start) / 1e6);
    }

    void add(String name, double value) {
        series.computeIfAbsent(name, _ -> DoubleStream.builder()).add(value);
    }

    String table(String title) {
        StringBuilder table = new StringBuilder(
                String.format(Locale.ROOT, "%n%-44s %5s %9s %9s %9s%n", title, "N", "min", "median", "p95"));
        series.forEach(
                (name, values) -> table.append(row(name, values.build().sorted().toArray())));
        return table.toString();
    }

    private static String row(String name, double[] sorted) {
        return String.format(
                Locale.ROOT,
                "%-44s %5d %9.1f %9.1f %9.1f%n",
                name,
                sorted.length,
                sorted[0],
                rank(sorted, 0.5),
                rank(sorted, 0.95));
    }

    /** The nearest-rank percentile. */
    private static double rank(double[] sorted, double share) {
        return Arrays.stream(sorted)
                .skip(Math.max(0, (long) Math.ceil(share * sorted.length) - 1))
                .findFirst()
                .orElse(Double.NaN);
    }
}
