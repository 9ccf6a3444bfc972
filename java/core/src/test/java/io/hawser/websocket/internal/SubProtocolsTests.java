package io.hawser.websocket.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.hawser.websocket.LoggingWebSocketHandlerDecorator;
import io.hawser.websocket.SubProtocolCapable;
import io.hawser.websocket.TextWebSocketHandler;
import io.hawser.websocket.WebSocketHandlerDecorator;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubProtocolsTests {
	private static final class Capable extends TextWebSocketHandler implements SubProtocolCapable {
		private final List<String> names;

		Capable(String... names) {
			this.names = Arrays.asList(names);
		}

		@Override
		public List<String> getSubProtocols() {
			return names;
		}
	}

	private static final class CapableDecorator extends WebSocketHandlerDecorator implements SubProtocolCapable {
		CapableDecorator() {
			super(new Capable("inner"));
		}

		@Override
		public List<String> getSubProtocols() {
			return List.of("outer");
		}
	}

	@Test
	void theFirstOfTheClientsListThatTheHandlerSupportsIsChosen() {
		var handler = new Capable("v1", "v2", "v3");
		assertEquals("v3", SubProtocols.select(List.of("v9, v3 ,v1"), handler));
		assertEquals("v2", SubProtocols.select(List.of("v9", "\tv2,v1"), handler));
	}

	@Test
	void whereNothingIsInCommonNothingIsChosen() {
		assertNull(SubProtocols.select(List.of(), new Capable("v1")));
		assertNull(SubProtocols.select(List.of("", ",,", "v2"), new Capable("v1")));
		assertNull(SubProtocols.select(List.of("V1"), new Capable("v1")));
		assertNull(SubProtocols.select(List.of("v1"), new Capable()));
		assertNull(SubProtocols.select(List.of("v1"), new TextWebSocketHandler()));
	}

	@Test
	void namesThatNobodyCanOfferAreNeverChosen() {
		assertNull(SubProtocols.select(List.of("", "a b", "x\r\ny"), new Capable("", "a b", "x\r\ny", null)));
	}

	@Test
	void theHandlerIsFoundInsideDecorators() {
		var decorated = new LoggingWebSocketHandlerDecorator(new WebSocketHandlerDecorator(new Capable("v1")));
		assertEquals("v1", SubProtocols.select(List.of("v1"), decorated));
	}

	@Test
	void aDecoratorWithAListOfItsOwnDecides() {
		assertEquals("outer", SubProtocols.select(List.of("inner,outer"), new CapableDecorator()));
	}

	@Test
	void aHugeListIsReadInLinearTime() {
		String many = "x,".repeat(32_000) + "v1";
		String empty = ",".repeat(64_000) + "v1";
		String one = "x".repeat(64_000) + ",v1";
		assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
			for (int i = 0; i < 100; i++) {
				assertEquals("v1", SubProtocols.select(List.of(many), new Capable("v1")));
				assertEquals("v1", SubProtocols.select(List.of(empty), new Capable("v1")));
				assertEquals("v1", SubProtocols.select(List.of(one), new Capable("v1")));
			}
		});
	}
}
