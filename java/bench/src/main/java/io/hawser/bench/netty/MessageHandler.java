package io.hawser.bench.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.charset.StandardCharsets;

/** Messages in, control frames answered. The load sends no fragments: an aggregator would only be one handler more. */
abstract class MessageHandler extends ChannelInboundHandlerAdapter {
	@Override
	public final void channelRead(ChannelHandlerContext context, Object message) {
		WebSocketFrame frame = (WebSocketFrame) message;
		try {
			if (frame instanceof TextWebSocketFrame text) {
				handleText(context, text.text());
			} else if (frame instanceof BinaryWebSocketFrame binary) {
				handleBinary(context, binary);
			} else if (frame instanceof PingWebSocketFrame ping) {
				context.write(new PongWebSocketFrame(ping.content().retain()));
			} else if (frame instanceof CloseWebSocketFrame close) {
				context.writeAndFlush(close.retainedDuplicate()).addListener(ChannelFutureListener.CLOSE);
			}
		} finally {
			frame.release();
		}
	}

	/** Takes a whole text message. */
	abstract void handleText(ChannelHandlerContext context, String text);

	/** Takes a whole binary message; the frame is released afterwards. */
	void handleBinary(ChannelHandlerContext context, BinaryWebSocketFrame frame) {
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext context) {
		// One system call for the answers to all messages that arrived together.
		context.flush();
	}

	/** Returns the text as UTF-8: String's own encoder is the fastest, the frame encoder copies small payloads into its pooled buffer. */
	static ByteBuf encode(String text) {
		return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
	}
}
