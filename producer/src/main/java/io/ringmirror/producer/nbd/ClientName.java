package io.ringmirror.producer.nbd;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/** What logs call a client: its address; all clients of a Unix-domain socket have the same, which is none. Stateless. */
final class ClientName {
    private ClientName() {}

    static Object of(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress address ? address : "on this machine";
    }
}
