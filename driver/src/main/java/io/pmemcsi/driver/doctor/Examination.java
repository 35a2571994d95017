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
        Stream<Check> ofEveryMode = Stream.of(KubeletChecks.ALL, EndpointCheck.ALL, DeviceChecks.ALL)
                .flatMap(List::stream);
        Stream<Check> ofThisMode = switch (facts.config().devices().mode()) {
            case MEMORY -> Stream.of();
            case EMULATED, LVM, DIRECT ->
                Stream.of(
                                PrivilegeChecks.ALL,
                                SystemChecks.ALL,
                                SystemChecks.ofTools(facts.system().tools()),
                                StateChecks.ALL)
                        .flatMap(List::stream);
        };
        return Stream.concat(ofThisMode, ofEveryMode);
    }
}
