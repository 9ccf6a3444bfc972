package io.hawser.websocket.internal;

import io.hawser.websocket.BinaryMessage;
import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.Compression;
import io.hawser.websocket.HttpHeaders;
import io.hawser.websocket.HttpMethod;
import io.hawser.websocket.HttpStatus;
import io.hawser.websocket.PongMessage;
import io.hawser.websocket.TextMessage;

/**
 * Does once, while there is memory, what must not fail for the lack of it: a class whose initialization fails stays
 * unusable for ever, and the first call of a native method takes heap to find it.
 */
final class Rehearsal {
	/** A number that no engine ever has. */
	private static final long NO_ENGINE = -1;

	private static final Class<?>[] NEEDED = {
			Acceptance.class, BinaryMessage.class, BlockedCallback.class, Carrier.class, CloseReason.class, CloseStatus.class,
			Compression.class, DeflateAnswers.class, Delivery.class, Dispatcher.class, Handshake.class,
			HandshakeRequest.class, HandshakeResponse.class, HandlerPlacement.class, HttpAnswer.class, HttpDispatch.class,
			HttpHeaders.class, HttpMethod.class, HttpStatus.class, LogText.class, LoopOwnership.class, LoopWatch.class,
			Mailbox.class, NativeSession.class, OutboundNotices.class, PongMessage.class, SendGate.class,
			SessionPressure.class, RequestRecord.class, ResponseHead.class, SendOutcome.class, StoredAnswer.class,
			Stray.class, SubProtocols.class, Tenure.class, TextBuffer.class, TextMessage.class, Trouble.class,
			UpgradedSession.class
	};

	private Rehearsal() {
	}

	static void run() {
		for (Class<?> needed : NEEDED) {
			initialize(needed);
			for (Class<?> nested : needed.getDeclaredClasses()) {
				initialize(nested);
			}
		}
		initializeVirtualThreads();
		PumpRehearsal.run();
		NativeEngine.close(NO_ENGINE, 0, CloseStatus.SERVER_ERROR.getCode(), CloseReason.NONE);
		NativeEngine.consumed(NO_ENGINE, 0, 0);
		NativeEngine.proceedClosing(NO_ENGINE, 0);
		NativeEngine.negotiateDeflate(DeflateAnswers.NONE, 0, Compression.DEFAULT.getMaxWindowBits());
		NativeEngine.readyState(NO_ENGINE, 0);
		NativeEngine.stop(NO_ENGINE, 0);
		NativeEngine.release(NO_ENGINE);
		StoredAnswer.UNAVAILABLE.send(NO_ENGINE, 0);
	}

	/** The first one may be that of a worker; where this class has failed, the JVM has none any more. Starts no thread. */
	private static void initializeVirtualThreads() {
		try {
			Class.forName("java.lang.VirtualThread");
		} catch (ClassNotFoundException older) {
			// Workers are a pool there.
		}
	}

	private static void initialize(Class<?> needed) {
		try {
			Class.forName(needed.getName(), true, needed.getClassLoader());
		} catch (ClassNotFoundException impossible) {
			throw new IllegalStateException(impossible);
		}
	}
}
