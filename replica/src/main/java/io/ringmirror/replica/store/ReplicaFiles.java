package io.ringmirror.replica.store;

import io.ringmirror.schemas.Definition;
import io.ringmirror.volume.Extent;
import io.ringmirror.volume.ImageFile;
import io.ringmirror.volume.OwnerOnly;
import io.ringmirror.volume.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The files of a replica's directory: makes them, checks them against the mirror's definition, and opens them. Used by
 * {@link ReplicaDirectory} while it holds the lock.
 */
final class ReplicaFiles {
    private static final String POSITION = "position";
    private static final String VOLUMES = "volumes";
    private static final String IMAGE_SUFFIX = ".img";
    private static final String IN_USE = "in-use";
    private static final String OTHERWISE = ": use another data.dir or move it away";

    private final Path directory;
    private final Definition definition;

    ReplicaFiles(Path directory, Definition definition) {
        this.directory = directory;
        this.definition = definition;
    }

    Path position() {
        return directory.resolve(POSITION);
    }

    /** Whether images were left by, or copied from under, a server that had them open. */
    boolean isMarkedInUse() {
        return Files.exists(mark());
    }

    /** Marks the images as open to a server, or as closed; a copy of them alone brings the mark with it. */
    void markInUse(boolean inUse) throws IOException {
        if (inUse == isMarkedInUse()) {
            return;
        }
        if (inUse) {
            Files.createFile(mark(), OwnerOnly.FILE);
        } else {
            Files.delete(mark());
        }
        DurableFile.forceAlone(mark().getParent());
    }

    private Path mark() {
        return directory.resolve(VOLUMES).resolve(IN_USE);
    }

    /** Makes the images of a new replica, in a directory that holds nothing but what an attempt cut short left there. */
    void makeImages() throws IOException {
        refuseOthersFiles();
        Path volumes = directory.resolve(VOLUMES);
        DurableFile.makeDirectory(volumes);
        for (Path left : list(volumes)) {
            refuseUnlessEmpty(left);
            Files.delete(left);
        }
        for (Definition.Volume volume : definition.volumes()) {
            ImageFile.create(image(volume), volume.sizeBytes()).close();
        }
    }

    /** Refuses a checkpoint that is not of this replica, and images that are not of the mirror's volumes. */
    void check(Checkpoint checkpoint, Definition.Replica replica, Position expected) throws IOException {
        Position found = checkpoint.position();
        if (!found.mirrorId().equals(expected.mirrorId())) {
            throw new ReplicaException(position() + ": this directory holds a replica of the mirror with id "
                    + found.mirrorId() + ", not of mirror " + definition.mirror() + ", whose id is "
                    + expected.mirrorId() + OTHERWISE);
        }
        if (!checkpoint.replicaId().equals(replica.replicaId())) {
            throw new ReplicaException(position() + ": this directory holds replica " + checkpoint.replicaId()
                    + " of mirror " + definition.mirror() + ", not replica " + replica.replicaId()
                    + ", which is registered for server " + replica.server() + OTHERWISE);
        }
        if (!found.clusterId().equals(expected.clusterId())) {
            throw new ReplicaException(position() + ": this replica follows Kafka cluster " + found.clusterId()
                    + ", but the brokers given are cluster " + expected.clusterId()
                    + ": correct bootstrap.servers, or use another data.dir");
        }
        if (!found.topicId().equals(expected.topicId())) {
            throw new ReplicaException(position() + ": this replica follows a ring topic with id " + found.topicId()
                    + ", but the topic now there has id " + expected.topicId()
                    + ": it was deleted and made anew; make the mirror and its replicas anew, too");
        }
        checkVolumes();
    }

    /**
     * Opens the images, in the definition's order. What they hold survives a crash when it returns, also where somebody
     * copied them here and nothing but the system's memory had it: no position may claim what is not on disk.
     */
    List<ImageFile> openImages() throws IOException {
        List<ImageFile> images = new ArrayList<>();
        try {
            for (Definition.Volume volume : definition.volumes()) {
                images.add(openImage(volume));
            }
            for (ImageFile image : images) {
                force(image);
            }
            DurableFile.forceAlone(directory.resolve(VOLUMES));
            return List.copyOf(images);
        } catch (IOException | RuntimeException e) {
            closeAll(images);
            throw e;
        }
    }

    /** Closes all, whatever fails on the way; the first failure is thrown, with the others added to it. */
    static void closeAll(List<ImageFile> images) throws IOException {
        IOException failure = null;
        for (ImageFile image : images) {
            try {
                image.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private Path image(Definition.Volume volume) {
        return directory.resolve(VOLUMES).resolve(volume.name() + IMAGE_SUFFIX);
    }

    private ImageFile openImage(Definition.Volume volume) throws IOException {
        try {
            return ImageFile.open(image(volume), volume.sizeBytes());
        } catch (IOException e) {
            throw new ReplicaException(Reason.of(e), e);
        }
    }

    /** A force that failed is not tried again: the next one may succeed although what this one was about is lost. */
    private static void force(ImageFile image) throws IOException {
        try {
            image.force();
        } catch (IOException e) {
            throw new ReplicaException(
                    "volume image " + image.path() + " cannot be forced to its disk (" + Reason.of(e)
                            + "): if it was copied here, copy it again; else start the server again when the disk is mended",
                    e);
        }
    }

    private void checkVolumes() throws IOException {
        Set<Path> expected = Stream.concat(
                        Stream.of(mark()), definition.volumes().stream().map(this::image))
                .collect(Collectors.toSet());
        for (Path found : list(directory.resolve(VOLUMES))) {
            if (!expected.contains(found)) {
                throw new ReplicaException(found + ": mirror " + definition.mirror() + " has no such volume; it has "
                        + names() + OTHERWISE);
            }
        }
    }

    private List<String> names() {
        return definition.volumes().stream().map(Definition.Volume::name).toList();
    }

    private void refuseOthersFiles() throws IOException {
        Set<String> ours = Set.of(ReplicaLock.FILE, VOLUMES, POSITION + DurableFile.TEMPORARY_SUFFIX);
        for (Path found : list(directory)) {
            if (!ours.contains(found.getFileName().toString())) {
                throw new ReplicaException(found + ": this directory holds other files and no replica; a new replica of"
                        + " mirror " + definition.mirror() + " needs an empty one" + OTHERWISE);
            }
        }
    }

    private void refuseUnlessEmpty(Path left) throws IOException {
        if (Files.isRegularFile(left) && left.toString().endsWith(IMAGE_SUFFIX)) {
            long sizeBytes = Files.size(left);
            if (sizeBytes == 0) {
                return;
            }
            try (ImageFile image = ImageFile.open(left, sizeBytes)) {
                if (image.extents(0, sizeBytes).stream().allMatch(Extent::hole)) {
                    return;
                }
            }
        }
        throw new ReplicaException(left + ": it holds data, but the position file " + position()
                + " is missing: put that back, use another data.dir or move this one away");
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }
}
