// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pmemcsi.driver.device.Device;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The fixture of a test, and what its parts share. */
public abstract class MounterSuite {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    Path directory;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    Path root;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    Path target;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    MounterFixture fixture;

    /** Opens the fixture with an existing directory as its only root. */
    protected abstract MounterFixture open(Path allowed) throws IOException;

    @BeforeEach
    void open() throws IOException {
        root = Files.createDirectory(directory.toRealPath().resolve("root"));
        target = root.resolve("target");
        fixture = open(root);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    protected final MounterFixture fixture() {
        return fixture;
    }

    protected final Path root() {
        return root;
    }

    protected final Device formatted() throws IOException {
        Device device = fixture.device();
        fixture.fileSystems().format(device, fixture.fsType());
        return device;
    }

    protected final MountRequest request(Device device) {
        return new MountRequest(device, fixture.fsType(), MountFlags.NONE, DaxPolicy.PREFERRED, target);
    }

    static MountRequest with(MountRequest request, DaxPolicy dax) {
        return new MountRequest(request.device(), request.fsType(), request.flags(), dax, request.target());
    }

    static MountRequest with(MountRequest request, MountFlags flags) {
        return new MountRequest(request.device(), request.fsType(), flags, request.dax(), request.target());
    }

    static MountRequest at(MountRequest request, Path target) {
        return new MountRequest(request.device(), request.fsType(), request.flags(), request.dax(), target);
    }

    protected static void assertFails(FailureKind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        StorageException.class,
                        e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }

    final Mounter mounter() {
        return fixture.mounter();
    }

    final Path mountedAtTarget() throws IOException {
        mounter().mount(request(formatted()));
        return target;
    }
}
