package io.hawser.websocket.contract;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One HTTP/1.1 response, read from a socket without a byte too many.
 *
 * @param headers names in lower case, several values joined with a comma
 */
public record HttpReply(int status, Map<String, String> headers, String body) {
	private static final int MAX_HEAD_BYTES = 64 * 1024;

	/** Reads a response; without its body if the request was {@code HEAD}. */
	static HttpReply read(DataInputStream in, boolean withBody) throws IOException {
		String[] lines = readHead(in).split("\r\n");
		Map<String, String> headers = new TreeMap<>();
		for (int i = 1; i < lines.length; i++) {
			int colon = lines[i].indexOf(':');
			headers.merge(lines[i].substring(0, colon).toLowerCase(Locale.ROOT), lines[i].substring(colon + 1).strip(),
					(one, other) -> one + ", " + other);
		}
		int status = Integer.parseInt(lines[0].split(" ")[1]);
		byte[] body = new byte[withBody ? Integer.parseInt(headers.getOrDefault("content-length", "0")) : 0];
		in.readFully(body);
		return new HttpReply(status, headers, new String(body, StandardCharsets.UTF_8));
	}

	String header(String name) {
		return headers.get(name.toLowerCase(Locale.ROOT));
	}

	private static String readHead(DataInputStream in) throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n") < 0) {
			int next = in.read();
			if (next < 0 || head.length() == MAX_HEAD_BYTES) {
				throw new EOFException("the connection ended inside a response head: " + head);
			}
			head.append((char) next);
		}
		return head.toString();
	}
}
