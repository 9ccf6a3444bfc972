package io.hawser.restarted;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.devtools.restart.Restarter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/**
 * An application that DevTools starts, and restarts twice as after a change of its classes. Says each time who serves its
 * WebSockets and what became of the life before. In a package of its own, because DevTools loads it apart from the starter.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableWebSocket
public class RestartedApplication implements WebSocketConfigurer {
	private static final int LIVES = 3;
	private static final int PATIENCE_S = 20;
	/** System properties outlive the class loaders; these are of the JDK's own classes. */
	private static final Properties SHARED = System.getProperties();

	/** Runs one life. */
	public static void main(String[] arguments) throws Exception {
		ConfigurableApplicationContext context = SpringApplication.run(RestartedApplication.class, "--server.port=0",
				"--hawser.loops=1", "--server.shutdown=graceful", "--spring.main.banner-mode=off", "--spring.devtools.livereload.enabled=false");
		int life = (int) SHARED.getOrDefault("life", 0) + 1;
		SHARED.put("life", life);
		if (life > 1) {
			System.out.println("FORMER " + ((CompletableFuture<?>) SHARED.get("closed")).get(PATIENCE_S, TimeUnit.SECONDS) + " "
					+ (isListening((int) SHARED.get("port")) ? "listening" : "gone") + " " + threadsOf((int) SHARED.get("port")));
		}
		int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
		Client client = new Client(port);
		SHARED.put("port", port);
		SHARED.put("closed", client.closed);
		System.out.println("LIFE " + life + " " + RestartedApplication.class.getClassLoader().getClass().getSimpleName() + " "
				+ client.ask("who?") + " " + (threadsOf(port) > 0));
		if (life < LIVES) {
			Restarter.getInstance().restart();
		} else {
			System.exit(0);
		}
	}

	private static boolean isListening(int port) {
		try (Socket socket = new Socket("127.0.0.1", port)) {
			return socket.isConnected();
		} catch (IOException refused) {
			return false;
		}
	}

	/** Returns how many threads the engine of that port has. */
	private static long threadsOf(int port) {
		return Thread.getAllStackTraces().keySet().stream().filter((thread) -> thread.getName().startsWith("hawser-" + port + "-")).count();
	}

	@Bean
	SecurityFilterChain open(HttpSecurity http) throws Exception {
		return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll()).build();
	}

	/** Else Spring Boot makes one, and warns of its password. */
	@Bean
	UserDetailsService nobody() {
		return new InMemoryUserDetailsManager();
	}

	@Override
	public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
		registry.addHandler(new TextWebSocketHandler() {
			@Override
			protected void handleTextMessage(WebSocketSession session, TextMessage message) throws IOException {
				boolean ownLoader = Thread.currentThread().getContextClassLoader() == RestartedApplication.class.getClassLoader();
				session.sendMessage(new TextMessage(session.getClass().getSimpleName() + " " + ownLoader));
			}
		}, "/who");
	}

	private static final class Client implements WebSocket.Listener {
		private final CompletableFuture<Integer> closed = new CompletableFuture<>();
		private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
		private final WebSocket socket;

		Client(int port) {
			socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(URI.create("ws://127.0.0.1:" + port + "/who"), this).join();
		}

		String ask(String question) throws InterruptedException {
			socket.sendText(question, true).join();
			return texts.poll(PATIENCE_S, TimeUnit.SECONDS);
		}

		@Override
		public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
			texts.add(data.toString());
			webSocket.request(1);
			return null;
		}

		@Override
		public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
			closed.complete(statusCode);
			return null;
		}
	}
}
