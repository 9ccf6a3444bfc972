package io.hawser.examples.springchat;

/**
 * Something that was said.
 *
 * @param chat where, as its reader sees it: {@code #room}, or {@code @name} of the other person
 * @param from who said it
 * @param text what was said
 * @param time when, in milliseconds since 1970
 */
record ChatMessage(String chat, String from, String text, long time) {
}
