package io.hawser.bench.netty;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;

/**
 * Answers the request and leaves no more in the pipeline than the codec and the handler of its path. WebSocketServerProtocolHandler
 * would stay there with two handlers that every frame goes through.
 */
final class OpeningHandshake extends SimpleChannelInboundHandler<FullHttpRequest> {
	private final boolean deflate;
	private final ChannelGroup subscribers;

	OpeningHandshake(boolean deflate, ChannelGroup subscribers) {
		this.deflate = deflate;
		this.subscribers = subscribers;
	}

	@Override
	protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
		ChannelHandler handler = switch (request.uri()) {
			case "/echo" -> new EchoHandler();
			case "/subscribe" -> new SubscribeHandler(subscribers);
			case "/publish" -> new PublishHandler(deflate, subscribers);
			default -> null;
		};
		String url = "ws://" + request.headers().get("Host") + request.uri();
		WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory(url, null, deflate, NettyServer.MAX_MESSAGE_BYTES)
				.newHandshaker(request);
		if (handler == null || handshaker == null) {
			context.close();
			return;
		}
		handshaker.handshake(context.channel(), request);
		context.pipeline().replace(this, "messages", handler);
	}
}
