package io.hawser.examples.chat;

import java.util.Map;

/**
 * One thing said. Does not know where: that is told for each reader by {@link Conversation}.
 *
 * @param number grows with every message of the server, so a page can tell old from new
 * @param from name of the author
 * @param text what was said, at most {@link ChatHandler#MAX_TEXT_CHARS} UTF-16 units
 * @param timeMs when it arrived here, in milliseconds since 1970
 * @param ref chosen by the author's page: tells it that its message has arrived, and makes sending twice harmless
 */
record ChatMessage(long number, String from, String text, long timeMs, String ref) {

	Map<String, Object> toJson() {
		return Json.object("number", number, "from", from, "text", text, "time", timeMs, "ref", ref);
	}

}
