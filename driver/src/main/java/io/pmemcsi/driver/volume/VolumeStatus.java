// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.state.VolumeRecord;
import java.util.List;

/**
 * A volume and its health.
 *
 * @param findings empty when nothing adverse is known
 */
public record VolumeStatus(VolumeRecord volume, List<Finding> findings) {
    public VolumeStatus {
        findings = List.copyOf(findings);
    }
}
