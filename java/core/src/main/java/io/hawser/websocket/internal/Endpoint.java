package io.hawser.websocket.internal;

import io.hawser.websocket.Compression;
import io.hawser.websocket.HandlerMode;
import io.hawser.websocket.HandshakeInterceptor;
import io.hawser.websocket.UserResolver;
import io.hawser.websocket.WebSocketHandler;
import java.util.List;

/**
 * One registered handler with the settings of its registration, fixed at start. Knows no paths and no sessions.
 *
 * @param classLoader the context class loader that was current when the handler was registered
 * @param userResolver {@code null} if there is none
 * @param compressionOfParts what counts while the handler takes messages in parts: off, unless its registration says so
 */
public record Endpoint(WebSocketHandler handler, ClassLoader classLoader, HandlerMode mode, OriginPolicy origins,
		List<HandshakeInterceptor> interceptors, UserResolver userResolver, int maxTextMessageBytes,
		int maxBinaryMessageBytes, Compression compression, Compression compressionOfParts,
		OutboundLimits outbound) {
}
