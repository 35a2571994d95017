// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor.linux;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The format of {@code /proc/locks}, see proc_locks(5). Looking there disturbs nobody, as trying the lock would. */
final class LockTable {
    private static final int FIELDS = 8;

    private LockTable() {}

    /** The process that holds a lock for writing on a file. */
    static OptionalLong writer(String text, int major, int minor, long inode) {
        String file = String.format(Locale.ROOT, "%02x:%02x:%d", major, minor, inode);
        return text.lines()
                .map(line -> Arrays.asList(line.strip().split("\\s+")))
                .filter(fields -> fields.size() == FIELDS && fields.get(5).equals(file))
                .filter(fields -> fields.get(1).equals("POSIX") && fields.get(3).equals("WRITE"))
                .flatMap(LockTable::process)
                .mapToLong(Long::longValue)
                .findFirst();
    }

    private static Stream<Long> process(List<String> fields) {
        String process = fields.get(4);
        return process.matches("\\d{1,10}") ? Stream.of(Long.valueOf(process)) : Stream.of();
    }
}
