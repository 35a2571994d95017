// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import java.time.Duration;

/** Is told of each call that has been worked on. Called by many threads at once; must not fail. */
@FunctionalInterface
public interface CallObserver {
    /**
     * A call has ended.
     *
     * @param method the full name, such as {@code csi.v1.Controller/CreateVolume}
     * @param code the name of its gRPC status, such as {@code OK}
     */
    void ended(String method, String code, Duration duration);
}
