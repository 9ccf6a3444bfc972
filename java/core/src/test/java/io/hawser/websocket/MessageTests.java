package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTests {
	@ParameterizedTest
	@ValueSource(strings = {"", "a", "\0", "\u007F\u0080\u07FF\u0800\uFFFF", "gr\u00FC\u00DFe", "\uD83D\uDE00!",
			"\uD83D", "\uDE00", "\uDE00\uD83D", "a\uD83Db", "\uD83D\uD83D\uDE00"})
	void theLengthOfATextIsThatOfItsBytes(String text) {
		var message = new TextMessage(text);
		assertEquals(text.getBytes(StandardCharsets.UTF_8).length, message.getPayloadLength());
		assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), message.asBytes());
	}

	@Test
	void aTextFromBytesEqualsTheSameTextFromAString() {
		byte[] utf8 = "gr\u00FC\u00DFe \uD83D\uDE00".getBytes(StandardCharsets.UTF_8);
		assertEquals(new TextMessage("gr\u00FC\u00DFe \uD83D\uDE00"), new TextMessage(utf8));
	}

	@Test
	void malformedBytesAreReplacedSoThatOnlyValidUtf8IsSent() {
		var message = new TextMessage(new byte[] {'a', (byte) 0xFF});
		assertEquals("a\uFFFD", message.getPayload());
		assertArrayEquals("a\uFFFD".getBytes(StandardCharsets.UTF_8), message.asBytes());
	}

	@Test
	void aWrappedTextHasItsBytesAndTheTextThatTheyAre() {
		byte[] utf8 = "gr\u00FC\u00DFe".getBytes(StandardCharsets.UTF_8);
		TextMessage message = TextMessage.wrap(utf8);
		assertSame(utf8, message.asBytes());
		assertSame(utf8, message.withCompression(true).asBytes());
		assertEquals(7, message.getPayloadLength());
		assertTrue(message.isWrapped());
		assertEquals(new TextMessage("gr\u00FC\u00DFe"), message);
		assertEquals(new TextMessage("gr\u00FC\u00DFe").hashCode(), message.hashCode());
		assertFalse(new TextMessage(utf8).isWrapped());
	}

	@Test
	void aTextDoesNotFollowLaterChangesOfItsSource() {
		byte[] bytes = {'a'};
		var builder = new StringBuilder("a");
		var fromBytes = new TextMessage(bytes);
		var fromBuilder = new TextMessage(builder);
		bytes[0] = 'b';
		builder.append('b');
		assertEquals("a", fromBytes.getPayload());
		assertEquals("a", fromBuilder.getPayload());
	}

	@Test
	void aMessageIsTheLastPartUnlessToldOtherwise() {
		assertTrue(new TextMessage("a").isLast());
		assertFalse(new TextMessage("a", false).isLast());
		assertTrue(new BinaryMessage(new byte[1]).isLast());
		assertFalse(new BinaryMessage(new byte[1], false).isLast());
		assertFalse(new BinaryMessage(ByteBuffer.allocate(1), false).isLast());
	}

	@Test
	void toStringShowsTenCharsOfATextAndEscapesControls() {
		assertEquals("TextMessage payload=[0123456789], byteCount=10, last=true]",
				new TextMessage("0123456789").toString());
		assertEquals("TextMessage payload=[0123456789..], byteCount=11, last=false]",
				new TextMessage("0123456789A", false).toString());
		assertEquals("TextMessage payload=[a\\u000Ab], byteCount=3, last=true]", new TextMessage("a\nb").toString());
	}

	@Test
	void equalityLooksAtClassAndPayloadAndNotAtLast() {
		assertEquals(new TextMessage("a"), new TextMessage("a", false));
		assertEquals(new TextMessage("a").hashCode(), new TextMessage("a", false).hashCode());
		assertNotEquals(new TextMessage("a"), new TextMessage("b"));
		assertEquals(new BinaryMessage(new byte[] {1}), new BinaryMessage(ByteBuffer.wrap(new byte[] {1})));
		assertNotEquals(new PingMessage(), new PongMessage());
		assertNotEquals(null, new TextMessage("a"));
	}

	@Test
	void theCallersBufferKeepsItsPositionWhateverIsReadFromTheMessage() {
		ByteBuffer mine = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).order(ByteOrder.LITTLE_ENDIAN).position(1).limit(3);
		var message = new BinaryMessage(mine);

		assertEquals(2, message.getPayloadLength());
		assertEquals(ByteOrder.LITTLE_ENDIAN, message.getPayload().order());
		message.getPayload().get();

		assertEquals(1, mine.position());
		mine.position(3);
		assertEquals(1, message.getPayloadLength());
	}

	@Test
	void pingAndPongKeepTheCallersPositionToo() {
		ByteBuffer mine = ByteBuffer.wrap(new byte[] {1, 2});
		new PingMessage(mine).getPayload().get();
		new PongMessage(mine).getPayload().get();
		assertEquals(0, mine.position());
		assertEquals(0, new PingMessage().getPayloadLength());
		assertEquals(0, new PongMessage().getPayloadLength());
	}

	@Test
	void aBinaryMessageOverAnArrayIsThatArray() {
		byte[] bytes = {1, 2, 3};
		assertSame(bytes, new BinaryMessage(bytes).getPayload().array());
		assertEquals(0, new BinaryMessage(bytes).getPayload().arrayOffset());
		var part = new BinaryMessage(bytes, 1, 2, true);
		assertEquals(ByteBuffer.wrap(new byte[] {2, 3}), part.getPayload());
		assertThrows(IndexOutOfBoundsException.class, () -> new BinaryMessage(bytes, 2, 2, true));
	}

	@Test
	void aWordOnCompressionIsACopyOverTheSamePayload() {
		var text = new TextMessage("a", false);
		var binary = new BinaryMessage(ByteBuffer.allocateDirect(3), false);

		for (boolean compress : new boolean[] {true, false}) {
			assertEquals(compress, text.withCompression(compress).getCompression());
			assertSame(text.getPayload(), text.withCompression(compress).getPayload());
			assertFalse(text.withCompression(compress).isLast());
			assertEquals(compress, binary.withCompression(!compress).withCompression(compress).getCompression());
			assertSame(binary.getPayload(), binary.withCompression(compress).getPayload());
			assertFalse(binary.withCompression(compress).isLast());
		}
		assertNull(text.getCompression());
		assertNull(binary.getCompression());
		assertNull(new PingMessage().getCompression());
		assertEquals(text, text.withCompression(true));
		assertTrue(new TextMessage("a").withCompression(true).isLast());
	}

	@Test
	void aMissingPayloadIsRefusedByName() {
		assertNamesPayload(() -> new TextMessage((CharSequence) null));
		assertNamesPayload(() -> new TextMessage((byte[]) null));
		assertNamesPayload(() -> new BinaryMessage((byte[]) null));
		assertNamesPayload(() -> new BinaryMessage((ByteBuffer) null));
		assertNamesPayload(() -> new BinaryMessage(null, 0, 0, true));
		assertNamesPayload(() -> new PingMessage(null));
		assertNamesPayload(() -> new PongMessage(null));
	}

	private static void assertNamesPayload(Runnable creation) {
		assertEquals("payload", assertThrows(NullPointerException.class, creation::run).getMessage());
	}
}
