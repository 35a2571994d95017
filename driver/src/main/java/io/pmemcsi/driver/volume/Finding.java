// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

/**
 * Something adverse that is true of a volume, or of all volumes of the node, now.
 *
 * @param severity how bad it is
 * @param reason one CamelCase word for programs; the same reason always has the same severity
 * @param message a sentence for people
 */
public record Finding(Severity severity, String reason, String message) {
    /** How bad a finding is. */
    public enum Severity {
        /** The volume can be used, but is not what its user may take it for. */
        DEGRADED,
        /** The volume cannot be used on this node. */
        INACCESSIBLE,
        /** Data was lost, or that must be assumed. */
        DATA_LOSS
    }
}
