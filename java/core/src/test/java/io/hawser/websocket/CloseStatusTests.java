package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CloseStatusTests {
	@ParameterizedTest
	@ValueSource(ints = {1000, 1004, 1016, 2999, 3000, 4999})
	void everyCodeFrom1000To4999IsAccepted(int code) {
		assertEquals(code, new CloseStatus(code).getCode());
	}

	@ParameterizedTest
	@ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 999, 5000, 65_535})
	void aCodeOutsideTheRangeIsRefusedByName(int code) {
		var refused = assertThrows(IllegalArgumentException.class, () -> new CloseStatus(code));
		assertTrue(refused.getMessage().startsWith("code " + code), refused.getMessage());
	}

	@Test
	void theConstantsHaveTheCodesOfTheRegistry() {
		assertEquals(1000, CloseStatus.NORMAL.getCode());
		assertEquals(1001, CloseStatus.GOING_AWAY.getCode());
		assertEquals(1002, CloseStatus.PROTOCOL_ERROR.getCode());
		assertEquals(1003, CloseStatus.NOT_ACCEPTABLE.getCode());
		assertEquals(1005, CloseStatus.NO_STATUS_CODE.getCode());
		assertEquals(1006, CloseStatus.NO_CLOSE_FRAME.getCode());
		assertEquals(1007, CloseStatus.BAD_DATA.getCode());
		assertEquals(1008, CloseStatus.POLICY_VIOLATION.getCode());
		assertEquals(1009, CloseStatus.TOO_BIG_TO_PROCESS.getCode());
		assertEquals(1010, CloseStatus.REQUIRED_EXTENSION.getCode());
		assertEquals(1011, CloseStatus.SERVER_ERROR.getCode());
		assertEquals(1012, CloseStatus.SERVICE_RESTARTED.getCode());
		assertEquals(1013, CloseStatus.SERVICE_OVERLOAD.getCode());
		assertEquals(1015, CloseStatus.TLS_HANDSHAKE_FAILURE.getCode());
		assertEquals(4500, CloseStatus.SESSION_NOT_RELIABLE.getCode());
	}

	@Test
	void withReasonKeepsTheCodeAndLeavesTheOriginalAlone() {
		assertEquals(new CloseStatus(1000, "bye"), CloseStatus.NORMAL.withReason("bye"));
		assertNull(CloseStatus.NORMAL.getReason());
	}

	@Test
	void aBlankOrMissingReasonIsRefusedByName() {
		var blank = assertThrows(IllegalArgumentException.class, () -> CloseStatus.NORMAL.withReason(" "));
		assertTrue(blank.getMessage().startsWith("reason"), blank.getMessage());
		var missing = assertThrows(NullPointerException.class, () -> CloseStatus.NORMAL.withReason(null));
		assertEquals("reason", missing.getMessage());
	}

	@Test
	void equalsLooksAtTheReasonAndEqualsCodeDoesNot() {
		CloseStatus withReason = CloseStatus.NORMAL.withReason("bye");
		assertNotEquals(CloseStatus.NORMAL, withReason);
		assertTrue(CloseStatus.NORMAL.equalsCode(withReason));
		assertFalse(CloseStatus.NORMAL.equalsCode(CloseStatus.GOING_AWAY));
		assertEquals(withReason.hashCode(), new CloseStatus(1000, "bye").hashCode());
	}

	@Test
	void aReasonOfThePeerCannotForgeALogLine() {
		assertEquals("CloseStatus[code=1000, reason=a\\u000Ab]", new CloseStatus(1000, "a\nb").toString());
		assertEquals("CloseStatus[code=1000, reason=null]", CloseStatus.NORMAL.toString());
	}

	@Test
	void aStatusSurvivesSerialization() throws Exception {
		var bytes = new ByteArrayOutputStream();
		try (var out = new ObjectOutputStream(bytes)) {
			out.writeObject(new CloseStatus(4001, "why"));
		}
		try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
			assertEquals(new CloseStatus(4001, "why"), in.readObject());
		}
	}
}
