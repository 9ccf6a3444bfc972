package io.hawser.bench.vertx;

import io.hawser.bench.BenchArguments;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.LinkedHashSet;
import java.util.Set;

/** Vert.x as its best users write it: native epoll, one verticle on one event loop, so that nothing changes threads. */
public final class VertxServer extends VerticleBase {
	private static final int MAX_MESSAGE_BYTES = 64 * 1024;
	private static final int BACKLOG = 1024;

	private final BenchArguments arguments;
	// Touched by the one event loop only.
	private final Set<ServerWebSocket> subscribers = new LinkedHashSet<>();

	private VertxServer(BenchArguments arguments) {
		this.arguments = arguments;
	}

	/** Serves until the process ends. */
	public static void main(String[] args) {
		BenchArguments arguments = new BenchArguments(args);
		Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
		if (!vertx.isNativeTransportEnabled()) {
			throw new IllegalStateException("Vert.x has no native transport", vertx.unavailableNativeTransportCause());
		}
		vertx.deployVerticle(new VertxServer(arguments), new DeploymentOptions()).onFailure(failure -> {
			failure.printStackTrace();
			System.exit(1);
		});
	}

	@Override
	public Future<HttpServer> start() {
		HttpServerOptions options = new HttpServerOptions().setHost("127.0.0.1").setPort(arguments.port()).setAcceptBacklog(BACKLOG)
				.setTcpNoDelay(true).setMaxWebSocketFrameSize(MAX_MESSAGE_BYTES).setMaxWebSocketMessageSize(MAX_MESSAGE_BYTES)
				// One of the two ways of compressing that it has on by default; the other is of an old draft.
				.setPerFrameWebSocketCompressionSupported(false).setPerMessageWebSocketCompressionSupported(arguments.deflate())
				// Without this it declines the offer of the load, which asks for no context takeover.
				.setWebSocketAllowServerNoContext(true);
		return vertx.createHttpServer(options).webSocketHandler(this::opened).listen()
				.onSuccess(server -> BenchArguments.ready("Vert.x", server.actualPort()));
	}

	private void opened(ServerWebSocket socket) {
		switch (socket.path()) {
			case "/echo" -> socket.textMessageHandler(socket::writeTextMessage).binaryMessageHandler(socket::writeBinaryMessage);
			case "/subscribe" -> {
				subscribers.add(socket);
				socket.closeHandler(closed -> subscribers.remove(socket));
			}
			case "/publish" -> socket.textMessageHandler(this::publish);
			default -> socket.close();
		}
	}

	private void publish(String text) {
		for (ServerWebSocket subscriber : subscribers) {
			subscriber.writeTextMessage(text);
		}
	}
}
