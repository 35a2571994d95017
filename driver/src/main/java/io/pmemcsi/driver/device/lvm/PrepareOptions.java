// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.device.lvm;

/**
 * What preparing a node may do.
 *
 * @param percentage how much of each region the driver's namespaces take in the end, 1 to 100
 * @param initLabels whether modules without labels get some
 * @param convertRaw whether raw namespaces without content are taken
 */
public record PrepareOptions(int percentage, boolean initLabels, boolean convertRaw) {
    public PrepareOptions {
        if (percentage < 1 || percentage > 100) {
            throw new IllegalArgumentException("the percentage is 1 to 100: " + percentage);
        }
    }
}
