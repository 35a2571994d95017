// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import java.util.List;
import java.util.stream.Stream;

/** The checks that make sense for a device mode, in the order in which they are shown. */
public final class Examination {
    private Examination() {}

    /** Judges the facts. */
    public static List<Diagnosis> of(Facts facts) {
        return checks(facts).map(check -> check.examine(facts)).toList();
    }

    private static Stream<Check> checks(Facts facts) {
        Stream<List<Check>> ofEveryMode = Stream.of(KubeletChecks.ALL, EndpointCheck.ALL);
        return Stream.of(ofThisMode(facts), ofEveryMode, ofMemory(facts), Stream.of(DeviceChecks.ALL))
                .flatMap(groups -> groups)
                .flatMap(List::stream);
    }

    private static Stream<List<Check>> ofThisMode(Facts facts) {
        return switch (facts.config().devices().mode()) {
            case MEMORY -> Stream.of();
            case EMULATED, LVM, DIRECT ->
                Stream.of(
                        PrivilegeChecks.ALL,
                        SystemChecks.ALL,
                        SystemChecks.ofTools(facts.system().tools()),
                        StateChecks.ALL);
        };
    }

    /** Modes that use none only tell whether there would be some. */
    private static Stream<List<Check>> ofMemory(Facts facts) {
        return switch (facts.config().devices().mode()) {
            case MEMORY, EMULATED -> Stream.of(List.of(DeviceChecks::persistentMemory));
            case LVM, DIRECT -> Stream.of(SupportChecks.ALL, PmemChecks.of(facts.pmem()));
        };
    }
}
