// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

import io.pmemcsi.driver.doctor.Facts.EndpointState;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** Who is at the endpoint. */
final class EndpointCheck {
    static final List<Check> ALL = List.of(EndpointCheck::examine);

    private static final String NAME = "endpoint";
    private static final String OTHER = "choose another --endpoint";

    private EndpointCheck() {}

    static Diagnosis examine(Facts facts) {
        Path socket = facts.config().endpoint().socket();
        return switch (facts.endpoint()) {
            case EndpointState.Absent() -> silent(facts, "nothing listens: there is no " + socket);
            case EndpointState.Abandoned() ->
                silent(
                        facts,
                        "nobody listens on " + socket + ", which a killed driver has left; the next one removes it");
            case EndpointState.NoSocket() ->
                Diagnosis.problem(NAME, socket + " is in the way: it is not a socket", "remove it, or " + OTHER);
            case EndpointState.Failing(String reason) ->
                Diagnosis.problem(
                        NAME,
                        "no CSI driver answers on " + socket + ": " + reason,
                        "look at what listens there and at its log, or " + OTHER);
            case EndpointState.Answering(String name, boolean ready) -> answered(facts, name, ready);
        };
    }

    private static Diagnosis silent(Facts facts, String finding) {
        OptionalLong holder = facts.state().holder();
        return holder.isPresent()
                ? Diagnosis.note(
                        NAME,
                        finding + "; process " + holder.getAsLong() + " uses the state directory",
                        "give the --endpoint of that process, or look at its log")
                : Diagnosis.note(
                        NAME,
                        finding,
                        "start the driver: pmem-csi node --device-mode "
                                + facts.config().devices().mode().flag());
    }

    private static Diagnosis answered(Facts facts, String name, boolean ready) {
        String finding = "the driver " + name + " answers on "
                + facts.config().endpoint().socket();
        if (!facts.config().driverName().value().equals(name)) {
            return Diagnosis.problem(
                    NAME,
                    finding + ", not " + facts.config().driverName().value(),
                    OTHER + ", or give that name as --driver-name");
        }
        return ready
                ? Diagnosis.ok(NAME, finding)
                : Diagnosis.problem(NAME, finding + ", but is not ready", "look at its log");
    }
}
