/**
 * WebSocket server API: handlers, sessions, messages and the HTTP around the opening handshake.
 *
 * <p>Names, signatures and meanings follow Spring's {@code org.springframework.web.socket} (and its
 * {@code handler}, {@code server} and {@code http} relatives), so a handler written for Spring compiles
 * after its imports are changed. Where something is decided otherwise, the type says so.
 *
 * <p><b>Beyond Spring:</b> {@link io.hawser.websocket.WebSocketEngine} serves without a container; topics
 * ({@link io.hawser.websocket.WebSocketSession#subscribe}, {@link io.hawser.websocket.WebSocketEngine#publish}); what
 * happens to peers that do not read ({@link io.hawser.websocket.OverflowStrategy},
 * {@link io.hawser.websocket.WebSocketHandler#handleWritable},
 * {@link io.hawser.websocket.WebSocketHandler#handleDroppedMessages}); which threads call handlers
 * ({@link io.hawser.websocket.HandlerMode}); an engine before an HTTP server that decides who may open a session
 * ({@link io.hawser.websocket.Upstream}).
 *
 * <p><b>Null rules:</b> parameters and results are never {@code null} unless their documentation says
 * so. A {@code null} argument is a {@link java.lang.NullPointerException}, a value out of range an
 * {@link java.lang.IllegalArgumentException}; both name the parameter. Collections that are handed out
 * are never {@code null} and, unless said otherwise, cannot be changed.
 *
 * @since 0.1
 */
package io.hawser.websocket;
