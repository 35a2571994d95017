// SPDX-License-Identifier: Apache-2.0
/** The built distribution as its users see it: a process, a socket, a command line. Needs root and loop devices. */
@NullMarked
package io.pmemcsi.test.system;

import org.jspecify.annotations.NullMarked;
