package io.hawser.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

import org.junit.jupiter.api.Test;

class ChatHandlerTests {

	private final TestClock clock = new TestClock();
	private final ChatHandler handler = new ChatHandler(clock);

	@Test
	void helloIsAnsweredWithWhoAndWhatIsHere() {
		FakePage.enter(handler, "Ann");
		FakePage bob = FakePage.connect(handler);

		bob.hello("Bob", FakePage.keyOf("Bob"));

		List<String> told = bob.told();
		assertTrue(told.get(0).matches("\\{\"type\":\"welcome\",\"name\":\"Bob\",\"server\":\"[^\"]+\",\"users\":\\[\"Ann\",\"Bob\"],"
				+ "\"rooms\":\\[\\{\"type\":\"room\",\"name\":\"lobby\",\"members\":1}]}"), told.get(0));
		assertTrue(told.contains("{\"type\":\"history\",\"chat\":\"#lobby\",\"messages\":[],\"full\":false}"), told.toString());
	}

	@Test
	void othersSeeHowPeopleComeAndGo() {
		FakePage ann = FakePage.enter(handler, "Ann");

		FakePage bob = FakePage.enter(handler, "Bob");
		assertEquals(List.of("{\"type\":\"user\",\"name\":\"Bob\",\"online\":true}", "{\"type\":\"room\",\"name\":\"lobby\",\"members\":2}"), ann.told());

		bob.leave();
		assertEquals(List.of("{\"type\":\"room\",\"name\":\"lobby\",\"members\":1}", "{\"type\":\"user\",\"name\":\"Bob\",\"online\":false}"), ann.told());
	}

	@Test
	void nameIsTakenWhileItsOwnerIsOnline() {
		FakePage ann = FakePage.enter(handler, "Ann");
		FakePage other = FakePage.connect(handler);

		other.hello("ANN", FakePage.keyOf("other"));
		other.assertRefused("name-taken", "hello");

		ann.leave();
		other.hello("ANN", FakePage.keyOf("other"));
		assertEquals(1, other.told("welcome").size());
	}

	@Test
	void pageThatComesBackWithItsKeyTakesOverFromTheOldConnection() {
		FakePage bob = FakePage.enter(handler, "Bob");
		FakePage before = FakePage.enter(handler, "Ann");
		before.join("dev");
		before.say("@Bob", "psst", "r1");
		bob.told();

		FakePage after = FakePage.connect(handler);
		after.hello("Ann", FakePage.keyOf("Ann"), "dev");
		before.leave();

		assertEquals(4001, before.session().closeStatus().getCode());
		assertTrue(bob.told("user").isEmpty(), "Ann was online all the time");
		List<String> histories = after.told("history");
		assertEquals(3, histories.size(), histories.toString());
		assertTrue(histories.get(1).contains("\"chat\":\"@Bob\"") && histories.get(1).contains("psst"), histories.get(1));
		after.say("#dev", "back", "r2");
		assertEquals(1, after.told("message").size());
	}

	@Test
	void strangerWhoTakesAFreeNameDoesNotGetItsPrivateMessages() {
		FakePage bob = FakePage.enter(handler, "Bob");
		FakePage ann = FakePage.enter(handler, "Ann");
		bob.say("@Ann", "secret", "r1");
		ann.leave();

		FakePage stranger = FakePage.connect(handler);
		stranger.hello("Ann", FakePage.keyOf("stranger"));

		assertFalse(stranger.told().toString().contains("secret"));
	}

	@Test
	void messageReachesAllMembersAndItsAuthor() {
		FakePage ann = FakePage.enter(handler, "Ann");
		FakePage bob = FakePage.enter(handler, "Bob");
		ann.join("dev");
		ann.told();

		ann.say("#lobby", "hello \ud83d\ude00 \u0000 \"you\"", "r1");

		String message = "{\"type\":\"message\",\"chat\":\"#lobby\",\"number\":1,\"from\":\"Ann\",\"text\":\"hello \ud83d\ude00 \\u0000 \\\"you\\\"\","
				+ "\"time\":1000000,\"ref\":\"r1\"}";
		assertEquals(List.of(message), ann.told("message"));
		assertEquals(List.of(message), bob.told("message"));
		ann.say("#dev", "alone", "r2");
		assertEquals(List.of(), bob.told("message"));
	}

	@Test
	void messageSentAgainAfterALossIsNotSaidTwice() {
		FakePage ann = FakePage.enter(handler, "Ann");
		FakePage bob = FakePage.enter(handler, "Bob");

		ann.say("#lobby", "once", "r1");
		ann.say("#lobby", "once", "r1");
		bob.say("#lobby", "other author", "r1");

		assertEquals(2, bob.told("message").size());
		assertEquals(3, ann.told("message").size());
	}

	@Test
	void privateMessageReachesTheTwoOnly() {
		FakePage ann = FakePage.enter(handler, "Ann");
		FakePage bob = FakePage.enter(handler, "Bob");
		FakePage cho = FakePage.enter(handler, "Cho");

		ann.say("@bob", "psst", "r1");

		assertTrue(ann.told("message").get(0).contains("\"chat\":\"@Bob\""));
		assertTrue(bob.told("message").get(0).contains("\"chat\":\"@Ann\""));
		assertEquals(List.of(), cho.told("message"));
	}

	@Test
	void messageToSomebodyWhoIsNotOnlineIsRefusedWithItsRef() {
		FakePage ann = FakePage.enter(handler, "Ann");
		FakePage.enter(handler, "Bob").leave();
		ann.told();

		ann.say("@Bob", "psst", "r1");
		assertEquals(List.of("{\"type\":\"error\",\"code\":\"offline\",\"text\":\"Bob is not online.\",\"request\":\"send\",\"ref\":\"r1\"}"), ann.told());
		ann.say("@Ann", "me", "r2");
		ann.assertRefused("bad-request", "send");
	}

	@Test
	void onlyMembersMaySpeakInARoom() {
		FakePage ann = FakePage.enter(handler, "Ann");
		FakePage bob = FakePage.enter(handler, "Bob");
		ann.join("Dev");

		bob.say("#dev", "let me in", "r1");
		bob.assertRefused("not-a-member", "send");
		bob.say("#nowhere", "hello", "r2");
		bob.assertRefused("no-such-room", "send");
		bob.join("#DEV");
		bob.say("#dev", "thanks", "r3");
		assertEquals(1, bob.told("message").size());
		bob.ask("type", "leave", "room", "dev");
		bob.say("#dev", "am I still here?", "r4");
		bob.assertRefused("not-a-member", "send");
	}

	@Test
	void typingIsToldToTheOthersOnly() {
		FakePage ann = FakePage.enter(handler, "Ann");
		FakePage bob = FakePage.enter(handler, "Bob");

		ann.ask("type", "typing", "chat", "#lobby");
		ann.ask("type", "typing", "chat", "@Bob");

		assertEquals(List.of("{\"type\":\"typing\",\"chat\":\"#lobby\",\"from\":\"Ann\"}", "{\"type\":\"typing\",\"chat\":\"@Ann\",\"from\":\"Ann\"}"),
				bob.told());
		assertEquals(List.of(), ann.told("typing"));
	}

	@Test
	void whoJoinsGetsTheLast50Messages() {
		FakePage ann = FakePage.enter(handler, "Ann");
		for (int i = 1; i <= Conversation.HISTORY_MESSAGES + 1; i++) {
			ann.say("#lobby", "message " + i, "r" + i);
			clock.advance(RateLimit.PERIOD_MS);
		}

		FakePage bob = FakePage.connect(handler);
		bob.hello("Bob", FakePage.keyOf("Bob"));

		String history = bob.told("history").get(0);
		assertFalse(history.contains("\"message 1\""));
		assertTrue(history.contains("\"message 2\"") && history.contains("\"message 51\"") && history.endsWith("\"full\":true}"), history);
	}

}
