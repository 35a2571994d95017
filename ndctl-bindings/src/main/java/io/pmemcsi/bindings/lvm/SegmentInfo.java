// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.lvm;

import java.nio.file.Path;

/**
 * A contiguous part of a linear logical volume on one physical volume.
 *
 * @param group the name of the volume group
 * @param volume the name of the logical volume
 * @param start where it begins in the logical volume, in bytes
 * @param length its bytes
 * @param device the device node of the physical volume
 * @param extent the number of its first extent there
 */
public record SegmentInfo(String group, String volume, long start, long length, Path device, long extent) {}
