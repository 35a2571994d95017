// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state;

import io.pmemcsi.driver.domain.AccessMode;
import java.nio.file.Path;

/**
 * One place where a volume is, or is about to be, shown to a pod.
 *
 * @param target the target path of NodePublishVolume
 * @param readOnly whether the pod may only read
 * @param mode the access mode of the request
 */
public record Publication(Path target, boolean readOnly, AccessMode mode) {}
