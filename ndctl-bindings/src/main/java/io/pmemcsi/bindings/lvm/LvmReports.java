// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.lvm;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.pmemcsi.bindings.linux.DeviceNumber;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads the JSON reports of LVM ({@code lvmreport(7)}), in bytes without unit. Pure. Each method throws
 * {@link IllegalArgumentException} when the text is no such report, or lacks a field.
 */
final class LvmReports {
    static final String GROUP_FIELDS = "vg_name,vg_uuid,vg_size,vg_free,vg_extent_size,vg_missing_pv_count,vg_tags";
    static final String PHYSICAL_FIELDS = "pv_name,pv_uuid,vg_name,pv_size,pe_start";
    static final String VOLUME_FIELDS =
            "vg_name,lv_name,lv_uuid,vg_uuid,lv_size,lv_kernel_major,lv_kernel_minor,lv_tags";
    static final String SEGMENT_FIELDS = "vg_name,lv_name,seg_start,seg_size,devices";

    /** A device and its extent, as in {@code /dev/pmem0(12)}. */
    private static final Pattern PLACE = Pattern.compile("(.+)\\((\\d+)\\)");

    /** How a line of JSON begins, as LVM breaks it. */
    private static final Pattern JSON = Pattern.compile("\\s*[{}\\[\\],\"]");

    private LvmReports() {}

    static List<VolumeGroupInfo> groups(String report) {
        return rows(
                report,
                "vg",
                row -> new VolumeGroupInfo(
                        text(row, "vg_name"),
                        text(row, "vg_uuid"),
                        number(row, "vg_size"),
                        number(row, "vg_free"),
                        number(row, "vg_extent_size"),
                        Math.toIntExact(number(row, "vg_missing_pv_count")),
                        tags(row, "vg_tags")));
    }

    static List<PhysicalVolumeInfo> physicalVolumes(String report) {
        return rows(
                report,
                "pv",
                row -> new PhysicalVolumeInfo(
                        Path.of(text(row, "pv_name")),
                        text(row, "pv_uuid"),
                        text(row, "vg_name"),
                        number(row, "pv_size"),
                        number(row, "pe_start")));
    }

    static List<LogicalVolumeInfo> volumes(String report) {
        return rows(
                report,
                "lv",
                row -> new LogicalVolumeInfo(
                        text(row, "vg_name"),
                        text(row, "lv_name"),
                        text(row, "lv_uuid"),
                        text(row, "vg_uuid"),
                        number(row, "lv_size"),
                        device(number(row, "lv_kernel_major"), number(row, "lv_kernel_minor")),
                        tags(row, "lv_tags")));
    }

    static List<SegmentInfo> segments(String report) {
        return rows(report, "seg", LvmReports::segment);
    }

    private static SegmentInfo segment(JsonObject row) {
        Matcher place = PLACE.matcher(text(row, "devices"));
        if (!place.matches()) {
            throw new IllegalArgumentException("not a segment on one device: " + row);
        }
        return new SegmentInfo(
                text(row, "vg_name"),
                text(row, "lv_name"),
                number(row, "seg_start"),
                number(row, "seg_size"),
                Path.of(place.group(1)),
                Long.parseLong(place.group(2)));
    }

    /** Inactive volumes have the device number -1. */
    private static Optional<DeviceNumber> device(long major, long minor) {
        return major < 0 || minor < 0
                ? Optional.empty()
                : Optional.of(new DeviceNumber(Math.toIntExact(major), Math.toIntExact(minor)));
    }

    private static <T> List<T> rows(String report, String kind, Function<JsonObject, T> reader) {
        List<T> rows = new ArrayList<>();
        try {
            for (JsonElement part : array(JsonParser.parseString(json(report)).getAsJsonObject(), "report")) {
                for (JsonElement row : array(part.getAsJsonObject(), kind)) {
                    rows.add(reader.apply(row.getAsJsonObject()));
                }
            }
        } catch (JsonParseException | IllegalStateException | ArithmeticException e) {
            throw new IllegalArgumentException("not a report of LVM: " + report, e);
        }
        return rows;
    }

    /**
     * The report without the warnings that LVM prints in the middle of it, such as that a physical volume is missing; the
     * library gives them the level of what it reports.
     */
    private static String json(String report) {
        return report.lines().filter(line -> JSON.matcher(line).lookingAt()).collect(Collectors.joining("\n"));
    }

    private static JsonArray array(JsonObject object, String name) {
        JsonElement found = object.get(name);
        if (found == null || !found.isJsonArray()) {
            throw new IllegalArgumentException("a report of LVM without \"" + name + "\": " + object);
        }
        return found.getAsJsonArray();
    }

    private static String text(JsonObject row, String field) {
        JsonElement found = row.get(field);
        if (found == null || !found.isJsonPrimitive()) {
            throw new IllegalArgumentException("a report of LVM without " + field + ": " + row);
        }
        return found.getAsString();
    }

    private static long number(JsonObject row, String field) {
        String text = text(row, field);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(field + " is no number: '" + text + "'", e);
        }
    }

    private static Set<String> tags(JsonObject row, String field) {
        String text = text(row, field);
        return text.isEmpty() ? Set.of() : Set.of(text.split(",", -1));
    }
}
