// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

/**
 * What is mounted at a path.
 *
 * @param deviceNumber {@code major:minor} of the file system or, for a bound block device node, of that block device
 * @param type the file system type in the kernel's spelling, or {@code block} for a bound block device node
 * @param readOnly whether this mount point refuses writes
 */
public record Mounted(String deviceNumber, String type, boolean readOnly) {}
