// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.domain;

/**
 * Every way in which a use case can fail, named after who has to act. The protocol layer maps each kind to one gRPC
 * code, in one table.
 */
public enum FailureKind {
    /** The request itself is malformed or asks for something this driver never does. The caller must change it. */
    INVALID_REQUEST,
    /** The volume, or the path given for it, does not exist. */
    NOT_FOUND,
    /** The volume exists but differs from what is asked for under the same name or path. */
    EXISTS_DIFFERENTLY,
    /** No volume of the requested size can exist here, however empty the node is. */
    SIZE_UNSUPPORTED,
    /** The node has not enough free space now, or is not in the topology asked for. */
    OUT_OF_SPACE,
    /** Another operation on the same volume is under way. The same call may be repeated later. */
    BUSY,
    /** The volume is in a state that forbids the operation, for example still published. */
    IN_USE,
    /** Something that the operation needs is missing on this node: a tool, a kernel feature, DAX. */
    NOT_READY,
    /** The volume, as it was made, or this device mode cannot do what is asked, and never will. */
    UNSUPPORTED,
    /** A continuation token that this driver did not issue. */
    INVALID_TOKEN,
    /** The device, the kernel or a tool failed. An operator has to look at the node. */
    BACKEND_FAULT
}
