// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device;

/**
 * What a person should know of a part of a node's memory.
 *
 * @param object the part, as the kernel calls it: a region, a namespace
 * @param finding what there is to know, without a full stop
 * @param cure how to change it, with the command; empty when there is no way, or no need
 */
public record Remark(String object, String finding, String cure) {
    /** Of something that needs no cure. */
    public Remark(String object, String finding) {
        this(object, finding, "");
    }

    @Override
    public String toString() {
        return cure.isEmpty() ? finding : finding + "; " + cure;
    }
}
