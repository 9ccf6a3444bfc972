package io.hawser.websocket;

/**
 * Messages of one session that were dropped because its peer does not read ({@link OverflowStrategy#DROP_OLDEST},
 * {@link OverflowStrategy#DROP_NEWEST}), since the last time its handler was told. What was in them is gone. Publications
 * that gave way to a newer one of the same key ({@link PublishOptions#conflate}) are not among them.
 *
 * <p>Source: Hawser's own.
 *
 * @param messages how many, 1 at least
 * @param bytes their size in bytes, frame headers included
 * @since 0.1
 */
public record DroppedMessages(long messages, long bytes) {
}
