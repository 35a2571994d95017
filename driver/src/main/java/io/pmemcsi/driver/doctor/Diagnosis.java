// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.doctor;

/**
 * What a check has found.
 *
 * @param name what was looked at, the same in every version
 * @param verdict how serious it is
 * @param finding one sentence
 * @param cure what to do about it; empty when there is nothing to do
 */
public record Diagnosis(String name, Verdict verdict, String finding, String cure) {
    static Diagnosis ok(String name, String finding) {
        return new Diagnosis(name, Verdict.OK, finding, "");
    }

    static Diagnosis note(String name, String finding, String cure) {
        return new Diagnosis(name, Verdict.NOTE, finding, cure);
    }

    static Diagnosis problem(String name, String finding, String cure) {
        return new Diagnosis(name, Verdict.PROBLEM, finding, cure);
    }
}
