// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.domain.AccessType;
import io.pmemcsi.driver.domain.FsType;
import java.util.Optional;

/**
 * What a request says of the kind of volume.
 *
 * @param access file system or raw block
 * @param fsType the file system of the volume capability; empty when it leaves the choice
 * @param parameters storage class parameters or inline attributes
 */
public record VolumeWish(AccessType access, Optional<FsType> fsType, VolumeParameters parameters) {}
