package io.hawser.bench.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;

/** Once a handshake is complete, puts the handler of its path in its own place. */
final class PathHandler extends ChannelInboundHandlerAdapter {
	private final ChannelGroup subscribers;

	PathHandler(ChannelGroup subscribers) {
		this.subscribers = subscribers;
	}

	@Override
	public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
		if (event instanceof HandshakeComplete handshake) {
			switch (handshake.requestUri()) {
				case "/echo" -> context.pipeline().replace(this, "echo", new EchoHandler());
				case "/subscribe" -> subscribers.add(context.channel());
				case "/publish" -> context.pipeline().replace(this, "publish", new PublishHandler(subscribers));
				default -> context.close();
			}
		}
		super.userEventTriggered(context, event);
	}
}
