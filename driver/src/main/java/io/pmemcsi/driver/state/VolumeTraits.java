// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state;

import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.Usage;

/**
 * What a volume was asked to be; fixed for its life.
 *
 * @param access file system or raw block
 * @param fsType the file system when {@code access} is MOUNT; of no meaning for BLOCK
 * @param usage what it is for
 * @param dax whether it must be mounted with DAX
 * @param eraseAfter whether its content is overwritten on deletion
 */
public record VolumeTraits(AccessType access, FsType fsType, Usage usage, DaxPolicy dax, boolean eraseAfter) {}
