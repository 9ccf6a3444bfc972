package io.hawser.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.BufferingStompDecoder;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompDecoder;
import org.springframework.messaging.simp.stomp.StompEncoder;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;

/** A message broker for the relay to talk to: topics only, no acknowledgements, no transactions, nothing kept. */
final class TinyStompBroker implements AutoCloseable {
	private static final int MAX_FRAME_BYTES = 1024 * 1024;

	private final ServerSocket listener;
	private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
	private final AtomicLong messages = new AtomicLong();

	TinyStompBroker() {
		try {
			listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		} catch (IOException e) {
			throw new UncheckedIOException(e);
		}
		start("stomp-broker", this::accept);
	}

	int port() {
		return listener.getLocalPort();
	}

	/** How many frames were sent to it for others. */
	long messages() {
		return messages.get();
	}

	@Override
	public void close() throws IOException {
		listener.close();
		for (Connection connection : connections) {
			connection.socket.close();
		}
	}

	private static void start(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() {
		while (!listener.isClosed()) {
			try {
				Connection connection = new Connection(listener.accept());
				connections.add(connection);
				start("stomp-broker-connection", connection::serve);
			} catch (IOException e) {
				// closed, or a client that is gone already
			}
		}
	}

	private final class Connection {
		private final Socket socket;
		private final BufferingStompDecoder decoder = new BufferingStompDecoder(new StompDecoder(), MAX_FRAME_BYTES);
		private final Map<String, String> destinations = new ConcurrentHashMap<>();

		Connection(Socket socket) {
			this.socket = socket;
		}

		void serve() {
			try (socket; InputStream in = socket.getInputStream()) {
				byte[] bytes = new byte[8192];
				for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
					// A copy, because the decoder keeps the buffer until the frame is whole.
					for (Message<byte[]> frame : decoder.decode(ByteBuffer.wrap(Arrays.copyOf(bytes, length)))) {
						handle(StompHeaderAccessor.wrap(frame), frame.getPayload());
					}
				}
			} catch (IOException e) {
				// the relay went away
			} finally {
				connections.remove(this);
			}
		}

		private void handle(StompHeaderAccessor frame, byte[] body) throws IOException {
			if (frame.getCommand() == null) {
				return; // a heartbeat
			}
			switch (frame.getCommand()) {
				case CONNECT, STOMP -> write(StompCommand.CONNECTED, Map.of("version", "1.2", "heart-beat", "0,0"), new byte[0]);
				case SUBSCRIBE -> destinations.put(frame.getFirstNativeHeader("id"), frame.getFirstNativeHeader("destination"));
				case UNSUBSCRIBE -> destinations.remove(frame.getFirstNativeHeader("id"));
				case SEND -> publish(frame, body);
				default -> { }
			}
			String receipt = frame.getFirstNativeHeader("receipt");
			if (receipt != null) {
				write(StompCommand.RECEIPT, Map.of("receipt-id", receipt), new byte[0]);
			}
		}

		private void deliver(Map<String, String> headers, byte[] body) {
			try {
				write(StompCommand.MESSAGE, headers, body);
			} catch (IOException e) {
				// A subscriber that has just left; who sent the message must not lose his connection over that.
			}
		}

		private void write(StompCommand command, Map<String, String> headers, byte[] body) throws IOException {
			MultiValueMap<String, String> all = new LinkedMultiValueMap<>();
			all.setAll(headers);
			StompHeaderAccessor accessor = StompHeaderAccessor.create(command, all);
			byte[] frame = new StompEncoder().encode(MessageBuilder.createMessage(body, accessor.getMessageHeaders()));
			synchronized (this) {
				socket.getOutputStream().write(frame);
			}
		}
	}

	private void publish(StompHeaderAccessor sent, byte[] body) {
		String destination = sent.getFirstNativeHeader("destination");
		String number = String.valueOf(messages.incrementAndGet());
		Map<String, String> headers = new LinkedMultiValueMap<>(sent.toNativeHeaderMap()).toSingleValueMap();
		for (Connection connection : connections) {
			for (Map.Entry<String, String> subscription : connection.destinations.entrySet()) {
				if (subscription.getValue().equals(destination)) {
					headers.put("message-id", number);
					headers.put("subscription", subscription.getKey());
					connection.deliver(headers, body);
				}
			}
		}
	}
}
