import com.github.luben.zstd.Zstd;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.handler.ssl.OpenSsl;
import net.jpountz.lz4.LZ4Factory;
import org.rocksdb.RocksDB;
import org.xerial.snappy.Snappy;

/**
 * Loads every native library from where the image has it. The build runs this with a directory for temporary files
 * that does not exist, so that none can be unpacked instead.
 */
final class NativesCheck {
    private NativesCheck() {}

    public static void main(String[] arguments) throws Exception {
        byte[] bytes = new byte[1_000];
        RocksDB.loadLibrary();
        int lz4 = LZ4Factory.nativeInstance().fastCompressor().compress(bytes).length;
        Epoll.ensureAvailability();
        OpenSsl.ensureAvailability();
        System.out.println("natives: RocksDB " + RocksDB.rocksdbVersion() + ", a thousand zeros are " + lz4
                + " bytes of LZ4, " + Snappy.compress(bytes).length + " of Snappy, " + Zstd.compress(bytes).length
                + " of Zstandard, " + OpenSsl.versionString());
    }
}
