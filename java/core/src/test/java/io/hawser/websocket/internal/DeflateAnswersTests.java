package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.hawser.websocket.Compression;
import io.hawser.websocket.WebSocketExtension;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeflateAnswersTests {
	private final DeflateAnswers answers = new DeflateAnswers();

	@Test
	void withoutAnOfferOrWhereItIsOffNothingIsAgreedOn() {
		assertEquals(0, DeflateAnswers.choose(List.of(), Compression.DEFAULT).length);
		assertEquals(0, DeflateAnswers.choose(List.of("permessage-deflate"), Compression.OFF).length);
		assertSame(List.of(), answers.parse(DeflateAnswers.NONE));
	}

	@Test
	void anAnswerIsParsedOnceAndSharedByAllItsSessions() {
		byte[] answer = "permessage-deflate; server_no_context_takeover; client_max_window_bits=10"
				.getBytes(StandardCharsets.US_ASCII);
		List<WebSocketExtension> parsed = answers.parse(answer);

		assertEquals(List.of(new WebSocketExtension("permessage-deflate",
				Map.of("server_no_context_takeover", "", "client_max_window_bits", "10"))), parsed);
		assertSame(parsed, answers.parse(answer.clone()));
	}
}
