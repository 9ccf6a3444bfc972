package io.hawser.websocket.internal;

/** Answers that are made when the engine starts, so that sending one needs no heap. Knows no request. */
enum StoredAnswer {
	INTERNAL_ERROR(500), BAD_GATEWAY(502), UNAVAILABLE(503);

	private final int status;
	private final byte[] head;
	private final byte[] body;

	StoredAnswer(int status) {
		HttpAnswer answer = HttpAnswer.text(status, HttpAnswer.reason(status));
		this.status = status;
		this.head = ResponseHead.encode(answer.headers());
		this.body = answer.body();
	}

	/** Sends the answer; throws nothing. */
	void send(long engine, long session) {
		try {
			NativeEngine.respond(engine, session, status, head, body);
		} catch (Throwable failure) {
			EngineLog.error(Trouble.NOT_ANSWERED, failure);
		}
	}
}
