package io.hawser.bench.netty;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/** Sends each message back, text as a string. The load sends no fragments: an aggregator would only be one handler more. */
final class EchoHandler extends SimpleChannelInboundHandler<WebSocketFrame> {
	@Override
	protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
		if (frame instanceof TextWebSocketFrame text) {
			// Not the constructor that takes a string: that one copies it into a buffer outside of the pool.
			context.write(new TextWebSocketFrame(ByteBufUtil.writeUtf8(context.alloc(), text.text())), context.voidPromise());
		} else if (frame instanceof BinaryWebSocketFrame) {
			context.write(frame.retain(), context.voidPromise());
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext context) {
		// One system call for the answers to all messages that arrived together.
		context.flush();
	}
}
