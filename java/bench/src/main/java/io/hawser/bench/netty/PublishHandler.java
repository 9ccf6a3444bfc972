package io.hawser.bench.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;

/** Sends each text message to all subscribers: encoded once, its buffer shared by all of them, one flush for all that was read. */
final class PublishHandler extends SimpleChannelInboundHandler<TextWebSocketFrame> {
	private final ChannelGroup subscribers;

	PublishHandler(ChannelGroup subscribers) {
		this.subscribers = subscribers;
	}

	@Override
	protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
		ByteBuf payload = ByteBufUtil.writeUtf8(context.alloc(), frame.text());
		// A group gives each channel a retained duplicate; with void promises it allocates no future for each.
		subscribers.write(new TextWebSocketFrame(payload), channel -> true, true);
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext context) {
		subscribers.flush();
	}
}
