package io.hawser.bench.javawebsocket;

import io.hawser.bench.BenchArguments;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.extensions.permessage_deflate.PerMessageDeflateExtension;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/** Java-WebSocket as its best users write it: {@code TCP_NODELAY}, and one worker beside its selector, as there is one core. */
public final class JavaWebSocketServer extends WebSocketServer {
	private static final int BACKLOG = 1024;
	private static final int WORKERS = 1;
	private static final int DEFLATE_THRESHOLD_BYTES = 128;
	private static final long REMIND_MS = 50;

	private final Set<WebSocket> subscribers = ConcurrentHashMap.newKeySet();

	private JavaWebSocketServer(BenchArguments arguments) {
		super(new InetSocketAddress("127.0.0.1", arguments.port()), WORKERS, List.of(draft(arguments.deflate())));
		setTcpNoDelay(true);
		setReuseAddr(true);
		setMaxPendingConnections(BACKLOG);
		// Its pings would end connections of a load that does not answer them.
		setConnectionLostTimeout(0);
	}

	private static Draft draft(boolean deflate) {
		if (!deflate) {
			return new Draft_6455();
		}
		PerMessageDeflateExtension extension = new PerMessageDeflateExtension();
		// Its 1,024 would leave the messages of the broadcast as they are.
		extension.setThreshold(DEFLATE_THRESHOLD_BYTES);
		return new Draft_6455(extension);
	}

	/**
	 * Version 1.6.0 forgets that a connection has something to write when its selector, done with the queue, resets the interest in
	 * writing just after a worker has queued and set it: such a connection would wait for ever. Looks after them now and then.
	 */
	private void remindOfWriting() {
		for (WebSocket socket : getConnections()) {
			if (socket.hasBufferedData()) {
				onWriteDemand(socket);
			}
		}
	}

	/** Serves until the process ends. */
	public static void main(String[] args) {
		new JavaWebSocketServer(new BenchArguments(args)).start();
	}

	@Override
	public void onStart() {
		Executors.newSingleThreadScheduledExecutor().scheduleWithFixedDelay(this::remindOfWriting, REMIND_MS, REMIND_MS, TimeUnit.MILLISECONDS);
		BenchArguments.ready("Java-WebSocket", getPort());
	}

	@Override
	public void onOpen(WebSocket socket, ClientHandshake handshake) {
		// Looked up once: a string comparison for each message would be cheap, but is none of the library's.
		String path = handshake.getResourceDescriptor();
		socket.setAttachment(path.equals("/publish"));
		if (path.equals("/subscribe")) {
			subscribers.add(socket);
		}
	}

	@Override
	public void onMessage(WebSocket socket, String text) {
		if (socket.<Boolean>getAttachment()) {
			// Encodes once for all connections of the same draft.
			broadcast(text, subscribers);
		} else {
			socket.send(text);
		}
	}

	@Override
	public void onMessage(WebSocket socket, ByteBuffer bytes) {
		socket.send(bytes);
	}

	@Override
	public void onClose(WebSocket socket, int code, String reason, boolean remote) {
		subscribers.remove(socket);
	}

	@Override
	public void onError(WebSocket socket, Exception failure) {
		failure.printStackTrace();
	}
}
