// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

/** The commands by which a person makes persistent memory usable. Those that lose data say so. */
public final class Cures {
    private static final String LOSS = "if nobody needs what is on it, which is lost then: ";

    private Cures() {}

    public static String enableRegion(String region) {
        return "enable it with: ndctl enable-region " + region;
    }

    public static String enableNamespace(String namespace) {
        return "enable it with: ndctl enable-namespace " + namespace;
    }

    public static String makeWritable(String region) {
        return "unless its modules cannot save data any more (ndctl list --dimms --health), make it writable with:"
                + " echo 0 >/sys/bus/nd/devices/" + region + "/read_only";
    }

    /**
     * For a namespace that is in the way.
     *
     * @param labelled whether it can be destroyed; one without a label can only be made fsdax
     */
    public static String discard(String namespace, boolean labelled) {
        return LOSS
                + (labelled
                        ? "ndctl destroy-namespace --force " + namespace
                        : "ndctl create-namespace --force --reconfigure=" + namespace
                                + " --mode=fsdax --map=dev --align=2M");
    }

    public static String wipe(String device) {
        return LOSS + "wipefs --all " + device;
    }

    public static String removeGroup(String group) {
        return LOSS + "vgremove " + group;
    }
}
