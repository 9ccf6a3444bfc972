package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.web.socket.TextMessage;

/** Messages on their way between Spring and the engine. */
class MessagesTests {
	@Test
	void textThatSpringHasEncodedIsNotEncodedAgain() {
		byte[] utf8 = "MESSAGE\n\ngrüße\0".getBytes(StandardCharsets.UTF_8);
		assertSame(utf8, Messages.toEngine(new TextMessage(utf8)).asBytes());
	}

	@Test
	void textOfAStringIsLeftToTheEngine() {
		io.hawser.websocket.TextMessage message = Messages.toEngine(new TextMessage("grüße", false));
		assertFalse(message.isWrapped());
		assertEquals("grüße", message.getPayload());
		assertFalse(message.isLast());
	}
}
