// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.mount.MountFlags;
import io.pmemcsi.driver.state.Publication;

/**
 * Make an inline volume and show it to its pod.
 *
 * @param handle the kubelet's name for it, unique for the pod and the volume
 * @param wish what kind of volume; its parameters hold the size
 * @param publication where and how to show it
 */
public record InlineRequest(String handle, VolumeWish wish, MountFlags flags, Publication publication) {}
