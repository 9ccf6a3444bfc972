package io.hawser.websocket.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hawser.websocket.Compression;
import io.hawser.websocket.WebSocketExtension;
import io.hawser.websocket.WebSocketHandlerRegistration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is agreed on about permessage-deflate, as the client and the session see it. */
class DeflateAgreementTests {
	private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
	private static final String OFFER = EXTENSIONS + ": permessage-deflate";

	private final RecordingHandler handler = new RecordingHandler();

	/** Returns the parameters agreed on, which the session must list as well; {@code null} for no agreement. */
	private Map<String, String> agreed(TestEngine engine, String... offers) throws Exception {
		try (RawClient client = RawClient.open(engine.port())) {
			HttpReply reply = client.upgrade(TestEngine.PATH, offers);
			assertEquals(101, reply.status());
			List<WebSocketExtension> listed = handler.awaitSession().getExtensions();
			assertEquals(WebSocketExtension.parseExtensions(reply.header(EXTENSIONS)), listed);
			if (listed.isEmpty()) {
				assertNull(reply.header(EXTENSIONS));
				return null;
			}
			assertEquals(1, listed.size());
			assertEquals("permessage-deflate", listed.get(0).getName());
			return listed.get(0).getParameters();
		}
	}

	private TestEngine start(Consumer<WebSocketHandlerRegistration> settings) throws Exception {
		return TestEngine.start(handler, settings);
	}

	private TestEngine start(Compression compression) throws Exception {
		return start((registration) -> registration.setCompression(compression));
	}

	@Test
	void byDefaultAnOfferIsTakenWithoutContextTakeover() throws Exception {
		Map<String, String> expected = Map.of("server_no_context_takeover", "", "client_no_context_takeover", "");
		try (TestEngine engine = TestEngine.start(handler)) {
			assertEquals(expected, agreed(engine, OFFER));
			assertEquals(expected, agreed(engine, OFFER + "; client_max_window_bits"));
			assertEquals(expected, agreed(engine, EXTENSIONS + ": mux, permessage-deflate"));
			assertEquals(expected, agreed(engine, EXTENSIONS + ": mux", OFFER), "several headers");
		}
	}

	@Test
	void withoutAnOfferThereIsNothing() throws Exception {
		try (TestEngine engine = TestEngine.start(handler)) {
			assertNull(agreed(engine));
			assertNull(agreed(engine, EXTENSIONS + ":"));
		}
	}

	@Test
	void anOfferThatCannotBeTakenIsDeclinedAndTheNextOneLookedAt() throws Exception {
		try (TestEngine engine = TestEngine.start(handler)) {
			for (String parameter : List.of("unknown", "server_max_window_bits=8", "server_max_window_bits=16",
					"server_no_context_takeover=1", "client_max_window_bits=7", "server_max_window_bits=10; server_max_window_bits=10")) {
				assertNull(agreed(engine, OFFER + "; " + parameter), parameter);
				assertFalse(agreed(engine, OFFER + "; " + parameter + ", permessage-deflate").isEmpty(), parameter);
			}
			assertNull(agreed(engine, OFFER + "; ="), "malformed");
		}
	}

	@Test
	void aHandlerMayDeclineIt() throws Exception {
		try (TestEngine engine = start(Compression.OFF)) {
			assertNull(agreed(engine, OFFER));
		}
	}

	@Test
	void theEngineMayDeclineItAndAHandlerTakeItAllTheSame() throws Exception {
		try (TestEngine engine = start((registration) -> registration.builder().compression(Compression.OFF))) {
			assertNull(agreed(engine, OFFER));
		}
		try (TestEngine engine = start((registration) -> registration.setCompression(Compression.DEFAULT).builder()
				.compression(Compression.OFF))) {
			assertEquals(2, agreed(engine, OFFER).size());
		}
	}

	@Test
	void aHandlerOfPartsDeclinesItUnlessItsOwnRegistrationSaysOtherwise() throws Exception {
		handler.inParts();
		try (TestEngine engine = start((registration) -> registration.builder().compression(Compression.DEFAULT))) {
			assertNull(agreed(engine, OFFER));
		}
		try (TestEngine engine = start(Compression.DEFAULT)) {
			assertEquals(2, agreed(engine, OFFER).size());
		}
	}

	@Test
	void contextTakeoverIsAgreedOnWhereBothWantIt() throws Exception {
		try (TestEngine engine = start(Compression.DEFAULT.withContextTakeover(true))) {
			assertEquals(Map.of(), agreed(engine, OFFER));
			assertEquals(Map.of("server_no_context_takeover", ""), agreed(engine, OFFER + "; server_no_context_takeover"));
			assertEquals(Map.of("client_no_context_takeover", ""), agreed(engine, OFFER + "; client_no_context_takeover"));
		}
	}

	@Test
	void theWindowIsTheSmallerOfBothSidesWishes() throws Exception {
		Compression small = Compression.DEFAULT.withContextTakeover(true).withMaxWindowBits(11);
		try (TestEngine engine = start(small)) {
			assertEquals(Map.of("server_max_window_bits", "11"), agreed(engine, OFFER));
			assertEquals(Map.of("server_max_window_bits", "11", "client_max_window_bits", "11"),
					agreed(engine, OFFER + "; client_max_window_bits"));
			assertEquals(Map.of("server_max_window_bits", "9", "client_max_window_bits", "10"),
					agreed(engine, OFFER + "; server_max_window_bits=9; client_max_window_bits=\"10\""));
		}
	}

	@Test
	void sessionsOfTheSameAnswerShareOneList() throws Exception {
		try (TestEngine engine = TestEngine.start(handler); RawClient one = RawClient.open(engine.port());
				RawClient two = RawClient.open(engine.port())) {
			one.upgrade(TestEngine.PATH, OFFER);
			two.upgrade(TestEngine.PATH, OFFER);

			assertSame(handler.awaitSession().getExtensions(), handler.awaitSession().getExtensions());
		}
	}

	@Test
	void manyOffersCostLittleAndTheFirstThatCanBeTakenCounts() throws Exception {
		String wrong = "permessage-deflate; x, ".repeat(600);
		try (TestEngine engine = start(Compression.DEFAULT.withContextTakeover(true))) {
			Map<String, String> taken = agreed(engine, EXTENSIONS + ": " + wrong
					+ "permessage-deflate; server_no_context_takeover, permessage-deflate");

			assertTrue(taken.containsKey("server_no_context_takeover"), taken.toString());
		}
	}
}
