// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.cli;

import csi.v1.VolumeHealth;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a volume is.
 *
 * @param known whether the driver reports it at all
 * @param healthy whether there is nothing to report
 * @param messages what there is to report
 */
record Condition(boolean known, boolean healthy, List<String> messages) {
    static final Condition UNKNOWN = new Condition(false, false, List.of());
    static final Condition HEALTHY = new Condition(true, true, List.of());

    static Condition of(VolumeHealth health) {
        List<String> messages = health.getHealthStatusesList().stream()
                .map(entry -> entry.getStatus() + " " + entry.getReason() + ": " + entry.getMessage())
                .toList();
        return new Condition(true, messages.isEmpty(), messages);
    }

    /** The answer to an optional call; empty when the driver does not offer it. */
    static <T> Optional<T> ifOffered(Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNIMPLEMENTED) {
                return Optional.empty();
            }
            throw e;
        }
    }

    String text() {
        if (!known) {
            return "-";
        }
        return healthy ? "healthy" : String.join("; ", messages);
    }
}
