package io.hawser.bench.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.group.ChannelGroup;

/** Puts its channel among the subscribers; the group takes it out when it closes. */
final class SubscribeHandler extends MessageHandler {
	private final ChannelGroup subscribers;

	SubscribeHandler(ChannelGroup subscribers) {
		this.subscribers = subscribers;
	}

	@Override
	public void handlerAdded(ChannelHandlerContext context) {
		subscribers.add(context.channel());
	}

	@Override
	void handleText(ChannelHandlerContext context, String text) {
	}
}
