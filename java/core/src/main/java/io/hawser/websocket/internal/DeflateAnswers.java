package io.hawser.websocket.internal;

import io.hawser.websocket.Compression;
import io.hawser.websocket.WebSocketExtension;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one engine has agreed on with its clients about permessage-deflate. Each distinct answer is parsed once and shared by
 * all its sessions; the parameters of RFC 7692 allow only a few hundred, whatever clients offer.
 */
final class DeflateAnswers {
	/** Nothing is agreed on. */
	static final byte[] NONE = {};

	private final Map<String, List<WebSocketExtension>> parsed = new ConcurrentHashMap<>();

	/**
	 * Returns the value of the answer's header, or {@link #NONE}.
	 * @param offers the values of all {@code Sec-WebSocket-Extensions} headers
	 */
	static byte[] choose(List<String> offers, Compression compression) {
		if (offers.isEmpty() || !compression.isOn()) {
			return NONE;
		}
		byte[] joined = String.join("\n", offers).getBytes(StandardCharsets.ISO_8859_1);
		return NativeEngine.negotiateDeflate(joined, compression.isContextTakeover() ? 1 : 0, compression.getMaxWindowBits());
	}

	/** Returns what the session lists. */
	List<WebSocketExtension> parse(byte[] answer) {
		return answer.length == 0 ? List.of() : parsed.computeIfAbsent(new String(answer, StandardCharsets.ISO_8859_1),
				WebSocketExtension::parseExtensions);
	}
}
