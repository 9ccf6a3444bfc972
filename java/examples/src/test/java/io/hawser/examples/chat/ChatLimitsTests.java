package io.hawser.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import io.hawser.websocket.BinaryMessage;
import org.junit.jupiter.api.Test;

class ChatLimitsTests {

	private final TestClock clock = new TestClock();
	private final ChatHandler handler = new ChatHandler(clock);

	@Test
	void textOf2000UnitsIsTheLongest() {
		FakePage ann = FakePage.enter(handler, "Ann");

		ann.say("#lobby", "x".repeat(2_000), "r1");
		assertEquals(1, ann.told("message").size());
		ann.say("#lobby", "x".repeat(2_001), "r2");
		ann.assertRefused("bad-text", "send");
		ann.say("#lobby", " \n ", "r3");
		ann.assertRefused("bad-text", "send");
	}

	@Test
	void longestTextFitsIntoARequestEvenIfAllOfItIsEscaped() {
		FakePage ann = FakePage.enter(handler, "Ann");
		String request = Json.write(Json.object("type", "send", "chat", "#lobby", "text", "\u0001".repeat(2_000), "ref", "r".repeat(64)));

		assertTrue(request.length() <= ann.session().getTextMessageSizeLimit());
	}

	@Test
	void malformedRequestsAreAnsweredAndTheSessionLivesOn() {
		FakePage page = FakePage.connect(handler);
		for (String malformed : List.of("", "hello", "[]", "{}", "{\"type\":[]}", "{\"type\":\"dance\"}", "{\"type\":\"send\"}", "{\"type\":\"hello\"}",
				"{\"type\":\"hello\",\"name\":\"Ann\",\"key\":\"short\"}", "{\"type\":\"join\",\"room\":\"dev\"}", "{\"type\":\"typing\",\"chat\":\"#lobby\"}")) {
			page.send(malformed);
			page.assertRefused("bad-request", null);
		}
		page.ask("type", "ping");
		assertEquals(List.of("{\"type\":\"pong\"}"), page.told());
		page.hello("Ann", FakePage.keyOf("Ann"));
		assertEquals(1, page.told("welcome").size());
		page.hello("Ann", FakePage.keyOf("Ann"));
		page.assertRefused("bad-request", "hello");
	}

	@Test
	void binaryMessageClosesTheSession() throws Exception {
		FakePage page = FakePage.connect(handler);

		handler.handleMessage(page.session(), new BinaryMessage(ByteBuffer.allocate(1)));

		assertEquals(1003, page.session().closeStatus().getCode());
	}

	@Test
	void the21stMessageIn5SecondsIsRefusedAndThe201stEndsTheSession() {
		FakePage page = FakePage.connect(handler);
		for (int i = 1; i <= ChatHandler.MAX_RATE; i++) {
			page.ask("type", "ping");
		}
		assertEquals(20, page.told("pong").size());
		page.ask("type", "ping");
		page.assertRefused("slow-down", "ping");
		clock.advance(RateLimit.PERIOD_MS);
		for (int i = 1; i <= ChatHandler.MAX_FLOOD; i++) {
			page.ask("type", "ping");
		}
		assertNull(page.session().closeStatus());
		page.ask("type", "ping");
		assertEquals(1008, page.session().closeStatus().getCode());
	}

	@Test
	void roomsAreLimitedAndEmptyOnesMakePlace() {
		FakePage ann = FakePage.enter(handler, "Ann");
		for (int i = 1; i < ChatDirectory.MAX_ROOMS; i++) {
			clock.advance(RateLimit.PERIOD_MS);
			ann.join("room-" + i);
		}
		ann.told();

		ann.join("one-more");
		ann.assertRefused("too-many-rooms", "join");
		ann.ask("type", "leave", "room", "room-7");
		ann.join("one-more");
		assertTrue(ann.told().contains("{\"type\":\"room-removed\",\"name\":\"room-7\"}"));
	}

	@Test
	void fullChatForgetsWhoLeftFirstButNobodyWhoIsOnline() {
		List<FakePage> pages = new ArrayList<>();
		for (int i = 0; i < ChatDirectory.MAX_USERS; i++) {
			pages.add(FakePage.enter(handler, "user " + i));
			pages.forEach(FakePage::told);
		}
		FakePage late = FakePage.connect(handler);

		late.hello("Late", FakePage.keyOf("Late"));
		late.assertRefused("full", "hello");
		pages.get(5).leave();
		late.hello("Late", FakePage.keyOf("Late"));
		assertEquals(1, late.told("welcome").size());
	}

}
