/**
 * WebSocket server API: handlers, sessions, messages and the HTTP around the opening handshake.
 *
 * <p>Names, signatures and meanings follow Spring's {@code org.springframework.web.socket} (and its
 * {@code handler}, {@code server} and {@code http} relatives), so a handler written for Spring compiles
 * after its imports are changed. Where something is decided otherwise, the type says so.
 *
 * <p><b>Null rules:</b> parameters and results are never {@code null} unless their documentation says
 * so. A {@code null} argument is a {@link java.lang.NullPointerException}, a value out of range an
 * {@link java.lang.IllegalArgumentException}; both name the parameter. Collections that are handed out
 * are never {@code null} and, unless said otherwise, cannot be changed.
 *
 * @since 0.1
 */
package io.hawser.websocket;
