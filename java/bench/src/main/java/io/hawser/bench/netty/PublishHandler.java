package io.hawser.bench.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelMatchers;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import java.nio.charset.StandardCharsets;

/** Sends each text message to all subscribers: encoded once, its buffer shared by all of them, one flush for all that was read. */
final class PublishHandler extends MessageHandler {
	private static final int FINAL_TEXT_FRAME = 0x81;
	private static final int MAX_HEADER_BYTES = 10;

	private final boolean deflate;
	private final ChannelGroup subscribers;

	PublishHandler(boolean deflate, ChannelGroup subscribers) {
		this.deflate = deflate;
		this.subscribers = subscribers;
	}

	@Override
	void handleText(ChannelHandlerContext context, String text) {
		// Only a frame goes through a channel's compressor; a whole encoded frame goes past its encoder, which would copy it each time.
		Object publication = deflate ? new TextWebSocketFrame(encode(text)) : encodeFrame(context, text);
		// A group gives each channel a retained duplicate; with void promises it allocates no future for each.
		subscribers.write(publication, ChannelMatchers.all(), true);
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext context) {
		subscribers.flush();
		context.flush();
	}

	/** RFC 6455 section 5.2. */
	private static ByteBuf encodeFrame(ChannelHandlerContext context, String text) {
		byte[] payload = text.getBytes(StandardCharsets.UTF_8);
		ByteBuf frame = context.alloc().directBuffer(MAX_HEADER_BYTES + payload.length).writeByte(FINAL_TEXT_FRAME);
		if (payload.length < 126) {
			frame.writeByte(payload.length);
		} else if (payload.length < 0x10000) {
			frame.writeByte(126).writeShort(payload.length);
		} else {
			frame.writeByte(127).writeLong(payload.length);
		}
		return frame.writeBytes(payload);
	}
}
