// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import pmemcsi.v1.PlannedVolume;

/**
 * What became of a size, and why, for people and for programs. Pure.
 *
 * @param requested what was asked for
 * @param plan the driver's answer
 */
record PlanReport(ByteSize requested, PlannedVolume plan) {
    private static final List<String> UNITS = List.of("Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
    private static final double KIB = 1024;

    /** The JSON form. */
    private record Planned(
            String deviceMode,
            String fsType,
            String usage,
            long requestedBytes,
            long minimumBytes,
            long stepBytes,
            long takenBytes,
            long deviceBytes,
            long usableBytes,
            boolean usableIsEstimate,
            long largestVolumeBytes,
            boolean fitsNow) {}

    Object json() {
        return new Planned(
                plan.getDeviceMode(),
                plan.getFsType(),
                plan.getUsage(),
                requested.bytes(),
                plan.getMinimumBytes(),
                plan.getStepBytes(),
                plan.getTakenBytes(),
                plan.getDeviceBytes(),
                plan.getUsableBytes(),
                hasFileSystem(),
                plan.getLargestBytes(),
                fitsNow());
    }

    List<List<String>> rows() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("STEP", "BYTES", "SIZE", "WHY"));
        rows.add(row("requested", requested.bytes(), "asked for as the least size"));
        if (requested.bytes() < plan.getMinimumBytes()) {
            rows.add(row("minimum", plan.getMinimumBytes(), plan.getFsType() + " needs a device of at least that"));
        }
        rows.add(row("rounded", plan.getTakenBytes(), rounding()));
        rows.add(row("device", plan.getDeviceBytes(), overhead()));
        rows.add(usable());
        rows.add(row("largest", plan.getLargestBytes(), "the largest device of such a volume that fits now"));
        return rows;
    }

    /** Whether the volume could be made now. */
    String verdict() {
        return fitsNow()
                ? "It fits now."
                : "It does not fit now: " + human(plan.getDeviceBytes()) + " is above the largest, "
                        + human(plan.getLargestBytes()) + ".";
    }

    private boolean fitsNow() {
        return plan.getDeviceBytes() <= plan.getLargestBytes();
    }

    private boolean hasFileSystem() {
        return !plan.getFsType().isEmpty();
    }

    private String rounding() {
        String step = human(plan.getStepBytes());
        return switch (plan.getDeviceMode()) {
            case "lvm" -> "whole extents of the volume group, " + step + " each";
            case "direct" ->
                "a namespace that also holds what the kernel needs, in steps of the region's alignment, " + step;
            case "emulated" -> "a backing file in steps of " + step;
            default -> "devices of the mode " + plan.getDeviceMode() + " have steps of " + step;
        };
    }

    private String overhead() {
        long kept = plan.getTakenBytes() - plan.getDeviceBytes();
        if (kept == 0) {
            return "all of it";
        }
        return "without " + human(kept) + " that the kernel keeps of the namespace: "
                + (plan.getUsage().equals(Usage.FILE_IO.parameter())
                        ? "the map, the log and the spare sectors of the BTT"
                        : "its page structures, and the way to the next 2Mi");
    }

    private List<String> usable() {
        if (!hasFileSystem()) {
            return row("usable", plan.getUsableBytes(), "all of it: a raw block device has no file system");
        }
        String own = human(plan.getDeviceBytes() - plan.getUsableBytes());
        String why = "for files, without about " + own + " that " + plan.getFsType() + " needs for itself: "
                + (plan.getFsType().equals("xfs")
                        ? "its log and the blocks that it keeps in reserve"
                        : "its inode tables, its journal and bitmaps");
        return List.of("usable", "about " + plan.getUsableBytes(), "about " + human(plan.getUsableBytes()), why);
    }

    private static List<String> row(String step, long bytes, String why) {
        return List.of(step, Long.toString(bytes), human(bytes), why);
    }

    /** In the largest binary unit that makes a whole number of it, or a number of at least 10, which then has one decimal. */
    static String human(long bytes) {
        double value = bytes;
        String unit = "";
        for (String next : UNITS) {
            boolean whole = value >= KIB && value % KIB == 0;
            if (!whole && value < 10 * KIB) {
                break;
            }
            value /= KIB;
            unit = next;
        }
        String text = String.format(Locale.ROOT, "%.1f", value);
        return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + unit;
    }
}
