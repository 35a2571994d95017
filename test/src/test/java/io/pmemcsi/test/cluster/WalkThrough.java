// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.test.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The commands of a section of a page that a user types, with the answers that are printed there. */
final class WalkThrough {
    private static final Pattern BLOCK = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
    private static final Pattern HERE_DOCUMENT = Pattern.compile("<<([A-Z]+)$");

    private WalkThrough() {}

    /** A command, of several lines maybe, and the lines that follow it. */
    record Step(String command, List<String> answer) {}

    /** The steps below a heading of a page of {@code docs}. */
    static List<Step> of(String page, String heading) throws IOException {
        String text = Files.readString(Path.of("../docs").resolve(page));
        int start = text.indexOf("\n## " + heading + "\n");
        if (start < 0) {
            throw new AssertionError("no section '" + heading + "' in docs/" + page);
        }
        int end = text.indexOf("\n## ", start + 1);
        String section = text.substring(start, end < 0 ? text.length() : end);
        List<Step> steps = new ArrayList<>();
        BLOCK.matcher(section)
                .results()
                .forEach(block -> steps.addAll(steps(block.group(1).lines().toList())));
        return steps;
    }

    private static List<Step> steps(List<String> lines) {
        List<Step> steps = new ArrayList<>();
        int i = 0;
        while (i < lines.size()) {
            StringBuilder command = new StringBuilder(lines.get(i++).substring("$ ".length()));
            var here = HERE_DOCUMENT.matcher(command);
            if (here.find()) {
                String last;
                do {
                    last = lines.get(i++);
                    command.append('\n').append(last);
                } while (!last.equals(here.group(1)));
            }
            while (command.charAt(command.length() - 1) == '\\') {
                command.append('\n').append(lines.get(i++));
            }
            List<String> answer = new ArrayList<>();
            while (i < lines.size() && !lines.get(i).startsWith("$ ")) {
                answer.add(lines.get(i++));
            }
            steps.add(new Step(command.toString(), answer));
        }
        return steps;
    }
}
