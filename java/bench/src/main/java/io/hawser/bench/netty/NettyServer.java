package io.hawser.bench.netty;

import io.hawser.bench.BenchArguments;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import java.net.InetSocketAddress;

/** Netty as its best users write it: native epoll, one event loop for everything, pooled buffers, one flush for all that was read. */
public final class NettyServer extends ChannelInitializer<Channel> {
	// An echo of 16 KiB fits, as in every server of this benchmark.
	static final int MAX_MESSAGE_BYTES = 64 * 1024;
	private static final int MAX_REQUEST_BYTES = 16 * 1024;
	private static final int BACKLOG = 1024;
	private static final int DEFLATE_LEVEL = 6;

	private final boolean deflate;
	private final ChannelGroup subscribers;

	private NettyServer(boolean deflate, EventLoopGroup loop) {
		this.deflate = deflate;
		this.subscribers = new DefaultChannelGroup(loop.next());
	}

	/** Serves until the process ends. */
	public static void main(String[] args) throws InterruptedException {
		BenchArguments arguments = new BenchArguments(args);
		// One loop: the server has one core, and a second thread would only make it change contexts.
		EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
		Channel server = new ServerBootstrap().group(loop).channel(EpollServerSocketChannel.class)
				.option(ChannelOption.SO_BACKLOG, BACKLOG)
				// Small frames must not wait for the acknowledgement of the one before.
				.childOption(ChannelOption.TCP_NODELAY, true)
				.childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
				.childHandler(new NettyServer(arguments.deflate(), loop))
				.bind("127.0.0.1", arguments.port()).sync().channel();
		BenchArguments.ready("Netty", ((InetSocketAddress) server.localAddress()).getPort());
		server.closeFuture().sync();
	}

	@Override
	protected void initChannel(Channel channel) {
		channel.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(MAX_REQUEST_BYTES));
		if (deflate) {
			channel.pipeline().addLast(new WebSocketServerExtensionHandler(permessageDeflate()));
		}
		channel.pipeline().addLast(new OpeningHandshake(deflate, subscribers));
	}

	/** As WebSocketServerCompressionHandler has it, which declines the offer of the load, as it asks for no context takeover. */
	private static PerMessageDeflateServerExtensionHandshaker permessageDeflate() {
		return new PerMessageDeflateServerExtensionHandshaker(DEFLATE_LEVEL, ZlibCodecFactory.isSupportingWindowSizeAndMemLevel(),
				PerMessageDeflateServerExtensionHandshaker.MAX_WINDOW_SIZE, true, false, MAX_MESSAGE_BYTES);
	}
}
