package io.sluice.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.control.SignedKind;
import io.sluice.streams.store.CopyOnDisk;
import io.sluice.streams.store.LocalCopies;
import io.sluice.testkit.broker.BrokerExtension;
import io.sluice.testkit.broker.TopicWriter;
import io.sluice.testkit.gen.RequestGenerator;
import io.sluice.testkit.gen.TrafficShape;
import io.sluice.testkit.keys.TestKeys;
import io.sluice.testkit.oracle.LogOracle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A stopped app whose files are damaged or too old, one partition's only, and which starts again on them. */
final class DamagedStateIT {
    private static final int REQUEST_PARTITIONS = 2;
    private static final int REPLY_PARTITIONS = 2;
    private static final long SEED = 20_261_129L;
    private static final String RULES = "{\"limits\":["
            + "{\"id\":\"per-client\",\"scope\":\"client\",\"rate\":{\"tokens\":1,\"per\":\"1h\"},\"burst\":1000}]}";

    @RegisterExtension
    static final BrokerExtension BROKER = new BrokerExtension();

    private static final RequestGenerator REQUESTS = new RequestGenerator(SEED, TrafficShape.mixed(REPLY_PARTITIONS));

    @TempDir
    private Path stateDir;

    @BeforeAll
    static void createTopics() {
        BROKER.createTopics(REQUEST_PARTITIONS, REPLY_PARTITIONS);
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            writer.broadcast(
                    TestKeys.RULES.sign(SignedKind.RULES, TopologyFixture.activation(1, RULES)), REQUEST_PARTITIONS);
        }
    }

    /** What happens to the files of a store. */
    enum Damage {
        CURRENT_EMPTY {
            @Override
            void to(Path store) throws Exception {
                overwrite(files(store, "CURRENT").get(0), new byte[0]);
            }
        },
        CURRENT_NAMES_NO_FILE {
            @Override
            void to(Path store) throws Exception {
                overwrite(files(store, "CURRENT").get(0), "MANIFEST-999999\n".getBytes());
            }
        },
        CURRENT_MISSING {
            @Override
            void to(Path store) throws Exception {
                Files.delete(files(store, "CURRENT").get(0));
            }
        },
        MANIFEST_GARBAGE {
            @Override
            void to(Path store) throws Exception {
                garbage(files(store, "MANIFEST"));
            }
        },
        MANIFEST_MISSING {
            @Override
            void to(Path store) throws Exception {
                for (Path manifest : files(store, "MANIFEST")) {
                    Files.delete(manifest);
                }
            }
        },
        TABLES_GARBAGE {
            @Override
            void to(Path store) throws Exception {
                garbage(files(store, ".sst"));
            }
        },
        TABLES_SHORT {
            @Override
            void to(Path store) throws Exception {
                for (Path table : files(store, ".sst")) {
                    try (FileChannel channel = FileChannel.open(table, StandardOpenOption.WRITE)) {
                        channel.truncate(channel.size() / 2);
                    }
                }
            }
        },
        TABLES_MISSING {
            @Override
            void to(Path store) throws Exception {
                for (Path table : files(store, ".sst")) {
                    Files.delete(table);
                }
            }
        },
        /** Opens well; shows when the blocks are read. */
        TABLES_BEGIN_WITH_GARBAGE {
            @Override
            void to(Path store) throws Exception {
                for (Path table : files(store, ".sst")) {
                    try (FileChannel channel = FileChannel.open(table, StandardOpenOption.WRITE)) {
                        channel.write(ByteBuffer.wrap(new byte[64]), 0);
                    }
                }
            }
        },
        /** Opens well, and has missed what the changelog forgets. */
        TOO_OLD {
            @Override
            void to(Path store) throws Exception {
                CopyOnDisk.age(store, LocalCopies.TRUSTED.plusMinutes(1));
            }
        };

        abstract void to(Path store) throws Exception;

        private static List<Path> files(Path store, String part) throws IOException {
            try (Stream<Path> paths = Files.list(store)) {
                List<Path> found = paths.filter(
                                path -> path.getFileName().toString().contains(part))
                        .toList();
                assertThat(found).as(part + " in " + store).isNotEmpty();
                return found;
            }
        }

        private static void garbage(List<Path> files) throws IOException {
            for (Path file : files) {
                overwrite(file, new byte[(int) Files.size(file)]);
            }
        }

        private static void overwrite(Path file, byte[] bytes) throws IOException {
            Files.write(file, bytes);
        }
    }

    @BeforeEach
    void fill() throws Exception {
        StreamsApp app = RunningApp.start(BROKER.bootstrapServers(), stateDir);
        send(200);
        app.close();
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldRestoreAndGoOn_whenFilesOfOnePartitionAreDamaged(Damage damage) throws Exception {
        // Given
        Path store =
                stateDir.resolve("sluice").resolve("0_0").resolve("rocksdb").resolve("sluice-state");
        damage.to(store);

        // When
        StreamsApp app = RunningApp.start(BROKER.bootstrapServers(), stateDir);
        try {
            send(200);

            // Then
            LogOracle oracle = RunningApp.assertAgainstLog(BROKER.bootstrapServers(), REPLY_PARTITIONS);
            assertThat(oracle.outcomes()).hasSizeGreaterThanOrEqualTo(400);
            assertThat(app.hasFailed()).isFalse();
        } finally {
            app.close();
        }
    }

    private static void send(int count) {
        try (TopicWriter writer = new TopicWriter(BROKER.bootstrapServers())) {
            for (int i = 0; i < count; i++) {
                writer.ask(REQUESTS.nextRecord());
            }
        }
    }
}
