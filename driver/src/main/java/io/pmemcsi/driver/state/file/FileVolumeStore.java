// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state.file;

import io.pmemcsi.driver.domain.FailureKind;
import io.pmemcsi.driver.domain.StorageException;
import io.pmemcsi.driver.domain.VolumeId;
import io.pmemcsi.driver.state.VolumeRecord;
import io.pmemcsi.driver.state.VolumeStore;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Volume records as files {@code <id>.json} (mode 0600) in a directory of their own (mode 0700). All records are in
 * memory too, so that reading never waits for a disk. Safe for concurrent use; one process at a time, see
 * {@link StateDirectoryLock}.
 */
public final class FileVolumeStore implements VolumeStore {
    private static final Logger LOG = LoggerFactory.getLogger(FileVolumeStore.class);
    private static final String SUFFIX = ".json";
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final DurableDirectory directory;
    private final InstantSource clock;
    private final NavigableMap<VolumeId, VolumeRecord> records = new ConcurrentSkipListMap<>();

    /**
     * @param directory where the records are; made by {@link #open} when absent
     * @param clock names the files that damaged records are renamed to
     */
    public FileVolumeStore(Path directory, InstantSource clock) {
        this(new DurableDirectory(directory), clock);
    }

    FileVolumeStore(DurableDirectory directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    @Override
    public void open() {
        NavigableMap<VolumeId, VolumeRecord> found = new TreeMap<>();
        List<Damage> damaged = new ArrayList<>();
        try {
            directory.open(FileVolumeStore::isRecord);
            for (Path file : directory.files("*" + SUFFIX)) {
                if (!isRecord(file.getFileName().toString())) {
                    LOG.atWarn().addKeyValue("file", file).log("this file is no record of a volume; it is left alone");
                    continue;
                }
                try {
                    VolumeRecord volume = read(file);
                    found.put(volume.id(), volume);
                } catch (DamagedRecordException e) {
                    damaged.add(new Damage(file, e));
                }
            }
            for (Damage damage : damaged) {
                setAside(damage);
            }
        } catch (IOException e) {
            throw new StorageException(
                    FailureKind.BACKEND_FAULT, "reading the volume records in " + directory + ": " + e, e);
        }
        records.clear();
        records.putAll(found);
    }

    private static boolean isRecord(String name) {
        return name.endsWith(SUFFIX)
                && VolumeId.parse(name.substring(0, name.length() - SUFFIX.length()))
                        .isPresent();
    }

    private record Damage(Path file, DamagedRecordException reason) {}

    private static VolumeRecord read(Path file) throws IOException, DamagedRecordException {
        String name = file.getFileName().toString();
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new DamagedRecordException("it is no regular file");
        }
        try {
            VolumeRecord volume = VolumeRecordJson.read(Files.readString(file));
            if (!name.equals(volume.id().value() + SUFFIX)) {
                throw new DamagedRecordException("it is the record of volume " + volume.id());
            }
            return volume;
        } catch (NewerSchemaException e) {
            throw new StorageException(
                    FailureKind.NOT_READY,
                    "the volume record " + file + " has " + e.getMessage() + "; start a newer version of the driver",
                    e);
        } catch (CharacterCodingException e) {
            throw new DamagedRecordException("not UTF-8", e);
        } catch (IOException e) {
            throw new IOException(file + ": " + e, e);
        }
    }

    private void setAside(Damage damage) throws IOException {
        String name = damage.file().getFileName() + ".damaged-" + STAMP.format(clock.instant());
        directory.rename(damage.file(), name);
        LOG.atError()
                .addKeyValue("file", damage.file())
                .addKeyValue("reason", damage.reason().getMessage())
                .addKeyValue("renamed", name)
                .log("this volume record is damaged; it was renamed");
    }

    @Override
    public List<VolumeRecord> all() {
        return List.copyOf(records.values());
    }

    @Override
    public Optional<VolumeRecord> find(VolumeId id) {
        return Optional.ofNullable(records.get(id));
    }

    @Override
    public void save(VolumeRecord volume) {
        try {
            directory.write(volume.id().value() + SUFFIX, VolumeRecordJson.write(volume));
        } catch (IOException e) {
            takeBack(volume.id(), e);
            throw new StorageException(
                    FailureKind.BACKEND_FAULT, "writing the record of volume " + volume.id() + ": " + e, e);
        }
        records.put(volume.id(), volume);
    }

    @Override
    public void remove(VolumeId id) {
        try {
            directory.remove(id.value() + SUFFIX);
        } catch (IOException e) {
            takeBack(id, e);
            throw new StorageException(FailureKind.BACKEND_FAULT, "removing the record of volume " + id + ": " + e, e);
        }
        records.remove(id);
    }

    /** After a failed change the file may be the old or the new one: makes it the old one again, and memory follows it. */
    private void takeBack(VolumeId id, IOException reason) {
        String name = id.value() + SUFFIX;
        VolumeRecord before = records.get(id);
        try {
            if (before == null) {
                directory.remove(name);
            } else {
                directory.write(name, VolumeRecordJson.write(before));
            }
        } catch (IOException e) {
            reason.addSuppressed(e);
        }
        readAgain(id, reason);
    }

    private void readAgain(VolumeId id, IOException reason) {
        try {
            records.put(id, read(directory.file(id.value() + SUFFIX)));
        } catch (NoSuchFileException _) {
            records.remove(id);
        } catch (IOException | DamagedRecordException | StorageException e) {
            reason.addSuppressed(e);
        }
    }
}
