// SPDX-License-Identifier: Apache-2.0
package io.pmemcsi.driver.state;

import io.pmemcsi.driver.domain.ByteSize;
import io.pmemcsi.driver.domain.VolumeId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All that the driver remembers of one volume.
 *
 * @param id the volume
 * @param name the CSI name (persistent) or the kubelet's volume handle (ephemeral); empty for an adopted device
 * @param lifecycle persistent or ephemeral
 * @param state where it is in its life
 * @param traits what it was asked to be
 * @param size the usable size of its device; zero while CREATING
 * @param formatted whether the file system on it is complete; never goes back to false
 * @param daxActive whether DAX was proven at the last mount; empty before the first
 * @param stagedAt where it is, or is about to be, mounted for the node
 * @param publications where it is, or is about to be, shown to pods
 * @param erased how many bytes from the start are known to be overwritten while DELETING
 * @param created when CreateVolume or the first NodePublishVolume came
 */
public record VolumeRecord(
        VolumeId id,
        Optional<String> name,
        Lifecycle lifecycle,
        VolumeState state,
        VolumeTraits traits,
        ByteSize size,
        boolean formatted,
        Optional<Boolean> daxActive,
        Optional<Staging> stagedAt,
        List<Publication> publications,
        long erased,
        Instant created) {

    public VolumeRecord {
        publications = List.copyOf(publications);
    }

    /** The record to write before the device of a new volume is touched. */
    public static VolumeRecord creating(
            VolumeId id, String name, Lifecycle lifecycle, VolumeTraits traits, Instant now) {
        return new VolumeRecord(
                id,
                Optional.of(name),
                lifecycle,
                VolumeState.CREATING,
                traits,
                ByteSize.ZERO,
                false,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                0,
                now);
    }

    /** The record of a device that the medium marks as ours but of which no record is left. Its content is kept. */
    public static VolumeRecord adopted(VolumeId id, VolumeTraits traits, ByteSize size, Instant now) {
        return new VolumeRecord(
                id,
                Optional.empty(),
                Lifecycle.PERSISTENT,
                VolumeState.READY,
                traits,
                size,
                true,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                0,
                now);
    }

    public boolean isReady() {
        return state == VolumeState.READY;
    }

    public boolean isUsed() {
        return stagedAt.isPresent() || !publications.isEmpty();
    }

    /** The path of {@link #stagedAt}. */
    public Optional<Path> staging() {
        return stagedAt.map(Staging::path);
    }

    public Optional<Publication> publicationAt(Path target) {
        return publications.stream().filter(p -> p.target().equals(target)).findFirst();
    }

    public VolumeRecord ready(ByteSize deviceSize) {
        return with(VolumeState.READY, deviceSize, formatted, stagedAt, publications, erased);
    }

    public VolumeRecord deleting() {
        return with(VolumeState.DELETING, size, formatted, stagedAt, publications, 0);
    }

    public VolumeRecord resized(ByteSize deviceSize) {
        return with(state, deviceSize, formatted, stagedAt, publications, erased);
    }

    public VolumeRecord asFormatted() {
        return with(state, size, true, stagedAt, publications, erased);
    }

    public VolumeRecord staged(Optional<Staging> place) {
        return with(state, size, formatted, place, publications, erased);
    }

    public VolumeRecord erasedTo(long bytes) {
        return with(state, size, formatted, stagedAt, publications, bytes);
    }

    public VolumeRecord published(Publication publication) {
        List<Publication> more = new ArrayList<>(unpublished(publication.target()).publications);
        more.add(publication);
        return with(state, size, formatted, stagedAt, more, erased);
    }

    public VolumeRecord unpublished(Path target) {
        List<Publication> rest =
                publications.stream().filter(p -> !p.target().equals(target)).toList();
        return with(state, size, formatted, stagedAt, rest, erased);
    }

    public VolumeRecord daxProven(boolean active) {
        return new VolumeRecord(
                id,
                name,
                lifecycle,
                state,
                traits,
                size,
                formatted,
                Optional.of(active),
                stagedAt,
                publications,
                erased,
                created);
    }

    private VolumeRecord with(
            VolumeState newState,
            ByteSize newSize,
            boolean newFormatted,
            Optional<Staging> newStaging,
            List<Publication> newPublications,
            long newErased) {
        return new VolumeRecord(
                id,
                name,
                lifecycle,
                newState,
                traits,
                newSize,
                newFormatted,
                daxActive,
                newStaging,
                newPublications,
                newErased,
                created);
    }
}
