// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.mount.linux;

import io.pmemcsi.bindings.Errno;
import io.pmemcsi.bindings.NativeCallException;
import io.pmemcsi.bindings.linux.MountApi;
import io.pmemcsi.bindings.linux.MountParameter;
import io.pmemcsi.bindings.linux.MountProperty;
import io.pmemcsi.bindings.linux.MountSource;
import io.pmemcsi.bindings.linux.MountTarget;
import io.pmemcsi.bindings.linux.OpenFd;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.mount.MountRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request to mount a file system: tries the ways to ask for DAX, and proves the outcome. */
final class FileSystemMount {
    private static final Logger LOG = LoggerFactory.getLogger(FileSystemMount.class);

    private final MountApi api;
    private final MountRequest request;
    private final Set<MountProperty> properties;
    private final boolean daxPossible;

    FileSystemMount(MountApi api, MountRequest request, Set<MountProperty> properties, boolean daxPossible) {
        this.api = api;
        this.request = request;
        this.properties = properties;
        this.daxPossible = daxPossible;
    }

    /** Mounts, and says whether DAX is active. */
    boolean mount(MountTarget target) {
        requirePossibleDax();
        String refused = "";
        List<Optional<MountParameter>> ways = ways(request.dax(), daxPossible);
        for (Optional<MountParameter> way : ways.subList(0, ways.size() - 1)) {
            try {
                return mount(target, way, refused);
            } catch (NativeCallException e) {
                if (!e.is(Errno.EINVAL, Errno.EOPNOTSUPP)) {
                    throw e;
                }
                refused = refused.isEmpty() ? String.valueOf(e.getMessage()) : refused;
            }
        }
        return mount(target, ways.getLast(), refused);
    }

    /**
     * The options to try in this order, the last one being none. Kernels before 5.8 know only {@code dax}, and there
     * a file system without the option has no DAX.
     */
    static List<Optional<MountParameter>> ways(DaxPolicy policy, boolean possible) {
        Optional<MountParameter> none = Optional.empty();
        if (!possible) {
            return List.of(none);
        }
        return switch (policy) {
            case NEVER -> List.of(Optional.of(MountParameter.of("dax", "never")), none);
            case REQUIRED, PREFERRED ->
                List.of(Optional.of(MountParameter.of("dax", "always")), Optional.of(MountParameter.flag("dax")), none);
        };
    }

    private void requirePossibleDax() {
        if (request.dax() == DaxPolicy.REQUIRED && !daxPossible) {
            throw noDax(
                    "the block device " + request.device().path() + " does not offer it. Emulated devices never do, nor"
                            + " do namespaces in sector mode; choose daxPolicy preferred or never, or usage FileIO");
        }
    }

    private boolean mount(MountTarget target, Optional<MountParameter> way, String refused) {
        try {
            return mount(target, way, refused, true);
        } catch (NativeCallException e) {
            if (!e.is(Errno.EBUSY)) {
                throw e;
            }
            // This process sees no mount of the device, so another mount namespace has one, or one that was detached
            // lazily is still in use. That must not keep the volume from its pod; DAX is proven all the same.
            LOG.atWarn()
                    .addKeyValue("device", request.device().path())
                    .log("File system is still mounted out of sight: sharing it with the options of that mount");
            return mount(target, way, refused, false);
        }
    }

    private boolean mount(MountTarget target, Optional<MountParameter> way, String refused, boolean exclusive) {
        String type = request.fsType().kernelName();
        MountSource source = new MountSource(type, request.device().path(), parameters(way), exclusive);
        AtomicBoolean dax = new AtomicBoolean();
        api.mount(source, target, properties, root -> dax.set(prove(root, way, refused)));
        return dax.get();
    }

    private List<MountParameter> parameters(Optional<MountParameter> way) {
        List<MountParameter> parameters = new ArrayList<>();
        request.flags().options().forEach(option -> parameters.add(new MountParameter(option.key(), option.value())));
        way.ifPresent(parameters::add);
        return parameters;
    }

    private boolean prove(OpenFd root, Optional<MountParameter> way, String refused) {
        boolean asked = way.isPresent() && request.dax() != DaxPolicy.NEVER;
        boolean active = daxPossible && DaxProof.isActive(root).orElse(asked);
        if (request.dax() == DaxPolicy.REQUIRED && !active) {
            throw noDax(inactiveReason(refused));
        }
        return active;
    }

    private String inactiveReason(String refused) {
        String known = refused.isEmpty() ? "the kernel mounted the file system without it" : refused;
        String hints = request.fsType() == FsType.EXT4
                ? "likely causes: a block size other than 4096, or an earlier mount without DAX that still exists"
                : "likely causes: an old kernel with reflink=1, or an earlier mount without DAX that still exists";
        return known + "; " + hints + "; the kernel log says more";
    }

    private StorageException noDax(String reason) {
        return new StorageException(
                FailureKind.NOT_READY,
                "daxPolicy is required, but DAX is not active for volume "
                        + request.device().id() + ": " + reason);
    }
}
