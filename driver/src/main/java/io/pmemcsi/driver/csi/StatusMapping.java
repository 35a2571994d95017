// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.csi;

import io.grpc.Status;
import io.pmemcsi.driver.domain.FailureKind;

/** The one translation of failures to gRPC codes, after the error tables of the CSI specification. */
final class StatusMapping {
    private StatusMapping() {}

    static Status.Code code(FailureKind kind) {
        return switch (kind) {
            case INVALID_REQUEST -> Status.Code.INVALID_ARGUMENT;
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case EXISTS_DIFFERENTLY -> Status.Code.ALREADY_EXISTS;
            case SIZE_UNSUPPORTED -> Status.Code.OUT_OF_RANGE;
            case OUT_OF_SPACE -> Status.Code.RESOURCE_EXHAUSTED;
            case BUSY, INVALID_TOKEN -> Status.Code.ABORTED;
            case IN_USE, NOT_READY, UNSUPPORTED -> Status.Code.FAILED_PRECONDITION;
            case BACKEND_FAULT -> Status.Code.INTERNAL;
        };
    }
}
