package io.ringmirror.bench.cases;

import io.ringmirror.bench.BenchCase;
import io.ringmirror.bench.BenchProfile;
import io.ringmirror.bench.BenchSite;
import java.util.List;
import java.util.stream.Stream;

/** All cases there are, in the order in which they are run. */
public final class Cases {
    private Cases() {}

    /** On this site; those that need what is not installed are left out. */
    public static List<BenchCase> all(BenchSite site, BenchProfile profile) {
        return Stream.of(
                        new WriteCases(site).all(),
                        new ReadCases(site).all(),
                        new CompressionCase(site).all(),
                        new RotationCase(site).all(),
                        new OverwriteCase(site, profile).all(),
                        new DestinationCases(site, profile).all(),
                        new ManyMirrorsCase(site, profile).all(),
                        new GrowthCases(site, profile).all())
                .flatMap(List::stream)
                .toList();
    }
}
