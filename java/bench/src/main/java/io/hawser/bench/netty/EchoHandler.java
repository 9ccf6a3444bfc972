package io.hawser.bench.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;

/** Sends each message back, text as a string. */
final class EchoHandler extends MessageHandler {
	@Override
	void handleText(ChannelHandlerContext context, String text) {
		context.write(new TextWebSocketFrame(encode(text)), context.voidPromise());
	}

	@Override
	void handleBinary(ChannelHandlerContext context, BinaryWebSocketFrame frame) {
		context.write(frame.retain(), context.voidPromise());
	}
}
