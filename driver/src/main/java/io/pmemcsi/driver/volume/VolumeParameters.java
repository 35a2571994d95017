// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.volume;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.DaxPolicy;
import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.FsType;
import io.pmemcsi.driver.domain.Quantity;
import io.pmemcsi.driver.domain.Quoted;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.Usage;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The parameters of a storage class or the attributes of an inline volume, after every key and value was checked.
 * Absent means: not given.
 *
 * @param eraseAfter whether to overwrite on deletion; the key is accepted in lower case and in camel case
 * @param usage {@code usage}
 * @param dax {@code daxPolicy}
 * @param fsType {@code csi.storage.k8s.io/fstype}
 * @param size {@code size}, for inline volumes only
 */
public record VolumeParameters(
        Optional<Boolean> eraseAfter,
        Optional<Usage> usage,
        Optional<DaxPolicy> dax,
        Optional<FsType> fsType,
        Optional<ByteSize> size) {

    /** Where the keys and values come from. */
    public enum Origin {
        /** {@code parameters} of CreateVolume and GetCapacity: the storage class. */
        STORAGE_CLASS("parameters"),
        /** {@code volume_context} of an inline volume: the pod's {@code volumeAttributes}. */
        INLINE("volume_context");

        private final String field;

        Origin(String field) {
            this.field = field;
        }
    }

    private static final String ERASE_AFTER = "eraseafter";
    private static final String ERASE_AFTER_DOCUMENTED = "eraseAfter";
    private static final String USAGE = "usage";
    private static final String DAX_POLICY = "daxPolicy";
    private static final String SIZE = "size";
    private static final String KATA_CONTAINERS = "kataContainers";
    private static final String PERSISTENCY_MODEL = "persistencyModel";

    /** Keys with this prefix are added by Kubernetes sidecars and the kubelet; only the file system type has a meaning. */
    private static final String KUBERNETES_PREFIX = "csi.storage.k8s.io/";

    /** The external-provisioner adds keys with this prefix to a volume's context. */
    private static final String PROVISIONER_PREFIX = "storage.kubernetes.io/";

    /** The key of the file system type. */
    public static final String FS_TYPE = KUBERNETES_PREFIX + "fstype";

    private static final Set<String> TRUE_WORDS = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final Set<String> FALSE_WORDS = Set.of("0", "f", "F", "FALSE", "false", "False");

    /**
     * Reads parameters.
     *
     * @throws StorageException of kind INVALID_REQUEST naming the key, the value and what is allowed
     */
    public static VolumeParameters parse(Origin origin, Map<String, String> given) {
        Map<String, String> values = new TreeMap<>(given);
        Optional<Boolean> eraseAfter = eraseAfter(origin, values);
        Optional<Usage> usage = take(values, USAGE).map(text -> usage(origin, text));
        Optional<DaxPolicy> dax = take(values, DAX_POLICY).map(text -> daxPolicy(origin, text));
        Optional<FsType> fsType = take(values, FS_TYPE).map(text -> fsType(origin, text));
        Optional<ByteSize> size =
                origin == Origin.INLINE ? take(values, SIZE).map(text -> size(origin, text)) : Optional.empty();
        checkLegacy(origin, values);
        refuseUnknown(origin, values);
        refuseDaxOnFileIo(origin, usage, dax);
        return new VolumeParameters(eraseAfter, usage, dax, fsType, size);
    }

    /** Whether a key, other than that of the file system type, is there for Kubernetes only. */
    public static boolean isOfKubernetes(String key) {
        return !key.equals(FS_TYPE) && (key.startsWith(KUBERNETES_PREFIX) || key.startsWith(PROVISIONER_PREFIX));
    }

    private static Optional<String> take(Map<String, String> values, String key) {
        return Optional.ofNullable(values.remove(key));
    }

    private static Optional<Boolean> eraseAfter(Origin origin, Map<String, String> values) {
        Optional<Boolean> first = take(values, ERASE_AFTER).map(text -> bool(origin, ERASE_AFTER, text));
        Optional<Boolean> second =
                take(values, ERASE_AFTER_DOCUMENTED).map(text -> bool(origin, ERASE_AFTER_DOCUMENTED, text));
        if (first.isPresent() && second.isPresent() && !first.equals(second)) {
            throw invalid(
                    origin,
                    ERASE_AFTER,
                    first.get() + " and " + second.get(),
                    "one value; eraseafter and eraseAfter are the same parameter");
        }
        return first.or(() -> second);
    }

    private static boolean bool(Origin origin, String key, String text) {
        if (TRUE_WORDS.contains(text)) {
            return true;
        }
        if (FALSE_WORDS.contains(text)) {
            return false;
        }
        throw invalid(origin, key, text, "true, false");
    }

    private static Usage usage(Origin origin, String text) {
        if (text.isEmpty()) {
            return Usage.APP_DIRECT;
        }
        return Arrays.stream(Usage.values())
                .filter(usage -> usage.parameter().equals(text))
                .findFirst()
                .orElseThrow(() -> invalid(origin, USAGE, text, "AppDirect, FileIO"));
    }

    private static DaxPolicy daxPolicy(Origin origin, String text) {
        return Arrays.stream(DaxPolicy.values())
                .filter(policy -> policy.parameter().equals(text))
                .findFirst()
                .orElseThrow(() -> invalid(origin, DAX_POLICY, text, "required, preferred, never"));
    }

    private static FsType fsType(Origin origin, String text) {
        return FsType.named(text).orElseThrow(() -> invalid(origin, FS_TYPE, text, FsType.names()));
    }

    private static ByteSize size(Origin origin, String text) {
        ByteSize size;
        try {
            size = Quantity.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid(origin, SIZE, text, "a Kubernetes quantity above zero such as 200Mi");
        }
        if (size.isZero()) {
            throw invalid(origin, SIZE, text, "a Kubernetes quantity above zero such as 200Mi");
        }
        return size;
    }

    /** Parameters of the archived driver that existing storage classes carry: accepted where they ask for what we do. */
    private static void checkLegacy(Origin origin, Map<String, String> values) {
        take(values, KATA_CONTAINERS).ifPresent(text -> {
            if (bool(origin, KATA_CONTAINERS, text)) {
                throw invalid(origin, KATA_CONTAINERS, text, "false; images for Kata Containers are not supported");
            }
        });
        take(values, PERSISTENCY_MODEL).ifPresent(text -> {
            if (!text.equals("normal") && !text.equals("none")) {
                throw invalid(origin, PERSISTENCY_MODEL, text, "normal, none");
            }
        });
    }

    private static void refuseUnknown(Origin origin, Map<String, String> left) {
        left.entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith(KUBERNETES_PREFIX))
                .findFirst()
                .ifPresent(entry -> {
                    throw new StorageException(
                            FailureKind.INVALID_REQUEST,
                            origin.field + ": unknown key " + Quoted.text(entry.getKey()) + " with value "
                                    + Quoted.text(entry.getValue()) + "; allowed are: " + allowedKeys(origin));
                });
    }

    private static String allowedKeys(Origin origin) {
        Set<String> keys = Set.of(ERASE_AFTER, USAGE, DAX_POLICY, FS_TYPE, KATA_CONTAINERS, PERSISTENCY_MODEL);
        String common = keys.stream().sorted().collect(Collectors.joining(", "));
        return origin == Origin.INLINE ? common + ", " + SIZE : common;
    }

    private static void refuseDaxOnFileIo(Origin origin, Optional<Usage> usage, Optional<DaxPolicy> dax) {
        if (usage.equals(Optional.of(Usage.FILE_IO)) && dax.equals(Optional.of(DaxPolicy.REQUIRED))) {
            throw invalid(
                    origin,
                    DAX_POLICY,
                    DaxPolicy.REQUIRED.parameter(),
                    "preferred or never together with usage FileIO");
        }
    }

    private static StorageException invalid(Origin origin, String key, String value, String allowed) {
        return new StorageException(
                FailureKind.INVALID_REQUEST,
                origin.field + "[" + key + "]: " + Quoted.text(value) + " is not allowed; allowed are: " + allowed);
    }
}
