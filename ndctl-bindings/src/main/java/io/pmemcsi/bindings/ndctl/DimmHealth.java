// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.bindings.ndctl;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a module says of its own health. A value that it does not give is empty.
 *
 * @param state the worst of what it reports
 * @param mediaTemperature in degrees Celsius
 * @param sparesPercent spare capacity left
 * @param lifeUsedPercent how much of its life is used, possibly above 100
 * @param unsafeShutdowns how often power was lost before everything was saved
 */
public record DimmHealth(
        Optional<State> state,
        OptionalDouble mediaTemperature,
        OptionalInt sparesPercent,
        OptionalInt lifeUsedPercent,
        OptionalInt unsafeShutdowns) {
    private static final int HEALTH_VALID = 1;
    private static final int SPARES_VALID = 1 << 1;
    private static final int USED_VALID = 1 << 2;
    private static final int MEDIA_TEMPERATURE_VALID = 1 << 3;
    private static final int SHUTDOWN_COUNT_VALID = 1 << 5;
    private static final int NON_CRITICAL = 1;
    private static final int CRITICAL = 1 << 1;
    private static final int FATAL = 1 << 2;

    /** The {@code ND_SMART_*_HEALTH} flags. */
    public enum State {
        OK,
        NON_CRITICAL,
        CRITICAL,
        FATAL
    }

    /** Keeps of the values what the {@code ND_SMART_*_VALID} flags of {@code ndctl/libndctl.h} call valid. */
    static DimmHealth of(int valid, int health, double mediaTemperature, int spares, int lifeUsed, int shutdowns) {
        return new DimmHealth(
                has(valid, HEALTH_VALID) ? Optional.of(state(health)) : Optional.empty(),
                has(valid, MEDIA_TEMPERATURE_VALID) ? OptionalDouble.of(mediaTemperature) : OptionalDouble.empty(),
                integer(valid, SPARES_VALID, spares),
                integer(valid, USED_VALID, lifeUsed),
                integer(valid, SHUTDOWN_COUNT_VALID, shutdowns));
    }

    private static State state(int health) {
        if (has(health, FATAL)) {
            return State.FATAL;
        }
        if (has(health, CRITICAL)) {
            return State.CRITICAL;
        }
        return has(health, NON_CRITICAL) ? State.NON_CRITICAL : State.OK;
    }

    private static OptionalInt integer(int valid, int flag, int value) {
        return has(valid, flag) ? OptionalInt.of(value) : OptionalInt.empty();
    }

    private static boolean has(int flags, int flag) {
        return (flags & flag) != 0;
    }
}
