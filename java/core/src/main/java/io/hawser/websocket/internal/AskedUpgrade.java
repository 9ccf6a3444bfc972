package io.hawser.websocket.internal;

import io.hawser.websocket.HttpHeaders;
import io.hawser.websocket.WebSocketExtension;
import io.hawser.websocket.WebSocketHandler;
import io.hawser.websocket.WebSocketSession;
import java.util.Optional;

/** One opening handshake of which an upstream is asked, by the id of its connection. Keeps nothing of its own. */
public final class AskedUpgrade {
	private final Upgrades upgrades;
	private final long id;
	private final RequestRecord record;

	AskedUpgrade(Upgrades upgrades, long id, RequestRecord record) {
		this.upgrades = upgrades;
		this.id = id;
		this.record = record;
	}

	/** Returns the id as the native side writes it into headers. */
	public String idText() {
		return Long.toHexString(id);
	}

	public RequestRecord record() {
		return record;
	}

	public Optional<WebSocketExtension> negotiatedCompression() {
		return upgrades.negotiatedCompression(record.headers().getOrEmpty(HttpHeaders.SEC_WEBSOCKET_EXTENSIONS));
	}

	/**
	 * Accepts it for the time when the upstream's answer is there.
	 * @throws IllegalStateException if that was done before, or is too late
	 */
	public WebSocketSession accept(WebSocketHandler handler, UpgradeSettings settings) {
		return upgrades.accept(id, record, handler, settings);
	}

	/** Drops what was accepted. */
	public void cancel() {
		upgrades.forget(id);
	}
}
