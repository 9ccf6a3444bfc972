package io.hawser.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;

import org.junit.jupiter.api.Test;

class ChatNamesTests {

	@Test
	void personKeepsTheirNameButNotTheSpaceAroundIt() throws Refusal {
		assertEquals("Ann B. O'Neil-2", ChatNames.person("  Ann \t B.  O'Neil-2 "));
		assertEquals("조은", ChatNames.person("조은"));
		assertEquals("Zo\u00eb", ChatNames.person("Zoe\u0308"));
	}

	@Test
	void nameOf24CodePointsIsTheLongest() throws Refusal {
		String longest = "\ud835\udd38".repeat(24);

		assertEquals(longest, ChatNames.person(longest));
		assertThrows(Refusal.class, () -> ChatNames.person(longest + "a"));
		assertEquals("r".repeat(24), ChatNames.room("#" + "r".repeat(24)));
		assertThrows(Refusal.class, () -> ChatNames.room("r".repeat(25)));
	}

	@Test
	void namesWithOtherSignsAreRefused() {
		for (String name : List.of("", "  ", "<b>", "a/b", "@a", "#a", "a\u0000", "a\u202eb", "\ud83d\ude00", "-a", ".", "a\u200bb")) {
			assertThrows(Refusal.class, () -> ChatNames.person(name), name);
		}
		for (String name : List.of("", "#", "##a", "a.b", "-a", "a\nb\u0000", "a/b")) {
			assertThrows(Refusal.class, () -> ChatNames.room(name), name);
		}
	}

	@Test
	void roomIsInSmallLettersWithDashesForSpaces() throws Refusal {
		assertEquals("release-party_2", ChatNames.room(" # Release  Party_2 "));
	}

	@Test
	void namesThatPeopleWouldConfuseAreTheSame() {
		assertEquals(ChatNames.fold("Ann"), ChatNames.fold("ANN"));
		assertEquals(ChatNames.fold("Ann"), ChatNames.fold("\uff21\uff4e\uff4e"));
		assertEquals(ChatNames.fold("Stra\u00dfe"), ChatNames.fold("STRASSE"));
		assertNotEquals(ChatNames.fold("Ann"), ChatNames.fold("Anna"));
	}

}
