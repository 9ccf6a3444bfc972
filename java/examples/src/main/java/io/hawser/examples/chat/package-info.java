/**
 * Instant messaging in a browser: the first thing to try, and to read. {@link io.hawser.examples.chat.ChatHandler} is the
 * server, {@code main.js} among the resources of this package the page; {@link io.hawser.examples.chat.ChatServer} starts both.
 * <p>Nothing takes or returns {@code null} unless it says so.
 */
package io.hawser.examples.chat;
