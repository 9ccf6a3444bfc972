package io.hawser.websocket.internal;

import io.hawser.websocket.CloseStatus;
import io.hawser.websocket.ReadyState;
import io.hawser.websocket.TextMessage;
import io.hawser.websocket.WebSocketMessage;
import io.hawser.websocket.WebSocketSession;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;

/**
 * The outbound half of a session: sends, publishes, closes, and knows who waits for room. Knows nothing of the handshake and
 * of callbacks, but that a mailbox delivers what the handler is to be told.
 */
abstract class OutboundSession implements WebSocketSession, OutboundMessage.Sink<IOException> {
	private static final ReadyState[] READY_STATES = ReadyState.values();

	private static final VarHandle PRESSURE;

	static {
		try {
			PRESSURE = MethodHandles.lookup().findVarHandle(OutboundSession.class, "pressure", SessionPressure.class);
		} catch (ReflectiveOperationException e) {
			throw new ExceptionInInitializerError(e);
		}
	}

	final EngineRuntime engine;
	final long id;
	private final OutboundLimits limits;
	/** Made when first needed; most sessions never are under pressure. */
	private volatile SessionPressure pressure;

	OutboundSession(EngineRuntime engine, long id, OutboundLimits limits) {
		this.engine = engine;
		this.id = id;
		this.limits = limits;
	}

	abstract Mailbox mailbox();

	@Override
	public void sendMessage(WebSocketMessage<?> message) throws IOException {
		switch (OutboundMessage.send(message, this)) {
			case SendOutcome.QUEUED, SendOutcome.PRESSURED, SendOutcome.DROPPED -> { }
			case SendOutcome.INTERLEAVED -> throw SendFailure.interleaved(getId());
			case SendOutcome.TERMINATED -> throw OutboundMessage.isControl(message) ? SendFailure.tooManyPings(getId())
					: SendFailure.terminated(getId(), limits.highWaterBytes());
			default -> throw SendFailure.closed(getId(), getReadyState());
		}
	}

	@Override
	public int take(int kind, byte[] payload, int offset, int length) throws IOException {
		int outcome = NativeEngine.send(engine.id(), id, kind, payload, offset, length);
		return outcome == SendOutcome.FULL ? BlockedSend.send(this, kind, payload, offset, length) : outcome;
	}

	@Override
	public int takeText(int kind, TextMessage text) throws IOException {
		if (text.isWrapped()) {
			byte[] utf8 = text.asBytes();
			int outcome = take(kind + OutboundMessage.UNCHECKED, utf8, 0, utf8.length);
			if (outcome != SendOutcome.MALFORMED) {
				return outcome;
			}
		}
		TextBuffer buffer = Carrier.textBuffer();
		String payload = text.getPayload();
		if (buffer != null && payload.length() <= TextBuffer.MAX_CHARS) {
			int outcome = buffer.send(engine.id(), id, kind, payload);
			if (outcome != SendOutcome.FULL) {
				return outcome;
			}
		}
		return OutboundMessage.Sink.super.takeText(kind, text);
	}

	@Override
	public boolean subscribe(String topic) {
		return engine.topics().subscribe(this, topic);
	}

	@Override
	public boolean unsubscribe(String topic) {
		return engine.topics().unsubscribe(id, topic);
	}

	@Override
	public boolean isSubscribed(String topic) {
		return engine.topics().isSubscribed(id, topic);
	}

	@Override
	public int publish(String topic, WebSocketMessage<?> message) {
		return engine.topics().publishFrom(id, topic, message);
	}

	@Override
	public boolean isOpen() {
		return getReadyState() == ReadyState.OPEN;
	}

	@Override
	public ReadyState getReadyState() {
		return READY_STATES[NativeEngine.readyState(engine.id(), id)];
	}

	@Override
	public long getBufferedAmount() {
		return NativeEngine.bufferedAmount(engine.id(), id);
	}

	@Override
	public void close() {
		close(CloseStatus.NORMAL);
	}

	@Override
	public void close(CloseStatus status) {
		Objects.requireNonNull(status, "status");
		NativeEngine.close(engine.id(), id, status.getCode(), CloseReason.encode(status.getReason()));
		releaseSenders();
	}

	/** Returns the number of this connection in the native engine. */
	long nativeId() {
		return id;
	}

	boolean isOf(EngineRuntime other) {
		return engine == other;
	}

	/** Ends the session because a sender has waited too long. */
	void terminate() {
		NativeEngine.terminate(engine.id(), id);
		releaseSenders();
	}

	/** Lets senders that wait try again; from any thread. Needs no memory. */
	void releaseSenders() {
		SessionPressure waiting = pressure;
		if (waiting != null) {
			waiting.gate().open();
		}
	}

	/** The connection has gone: releases senders that wait. Called before the handler is told; needs no memory. */
	void ended(int closeCode) {
		SessionPressure waiting = pressure;
		if (waiting != null) {
			waiting.gate().end(closeCode);
		}
	}

	/** There is room again: releases senders that wait, then has the handler told. On the driving carrier. */
	void drained(Tenure tenure) {
		SessionPressure present = pressure();
		present.gate().open();
		if (present.notices().addWritable()) {
			mailbox().deliver(Dispatcher.WRITABLE, 0, tenure);
		}
	}

	/** Messages were dropped: has the handler told. On the driving carrier. */
	void dropped(long messages, long bytes, Tenure tenure) {
		if (pressure().notices().addDropped(messages, bytes)) {
			mailbox().deliver(Dispatcher.DROPPED, 0, tenure);
		}
	}

	SessionPressure pressure() {
		SessionPressure present = pressure;
		if (present == null) {
			SessionPressure made = new SessionPressure();
			present = (SessionPressure) PRESSURE.compareAndExchange(this, null, made);
			return present == null ? made : present;
		}
		return present;
	}
}
