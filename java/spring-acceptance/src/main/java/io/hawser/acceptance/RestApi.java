package io.hawser.acceptance;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootVersion;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.SpringVersion;
import org.springframework.core.env.Environment;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Ordinary requests beside the WebSockets, and what only the server can tell of both. */
@RestController
@RequestMapping("/api")
class RestApi {
	private static final int PIECE_BYTES = 8 * 1024;

	private final SessionRegistry sessions;
	private final EngineView engine;
	private final ObjectProvider<TinyStompBroker> broker;
	private final Environment environment;
	private final CountDownLatch shutdown = new CountDownLatch(1);

	RestApi(SessionRegistry sessions, EngineView engine, ObjectProvider<TinyStompBroker> broker, Environment environment) {
		this.sessions = sessions;
		this.engine = engine;
		this.broker = broker;
		this.environment = environment;
	}

	/** What this application is made of. */
	@GetMapping("/what")
	Map<String, Object> what(HttpServletRequest request) {
		Map<String, Object> what = new LinkedHashMap<>();
		what.put("server", request.getServletContext().getServerInfo());
		what.put("boot", SpringBootVersion.getVersion());
		what.put("spring", SpringVersion.getVersion());
		what.put("java", Runtime.version().toString());
		what.put("broker", broker.getIfAvailable() == null ? "simple" : "relay");
		what.put("brokerMessages", broker.getIfAvailable() == null ? 0 : broker.getIfAvailable().messages());
		what.put("stompOrder", environment.getProperty("acceptance.stomp-order", Boolean.class, false));
		what.put("forwardHeaders", environment.getProperty("server.forward-headers-strategy", "none"));
		what.put("limitBytes", WebSocketConfiguration.MAX_MESSAGE_BYTES);
		what.put("engine", engine.counters());
		what.put("openSessions", sessions.openSessions());
		return what;
	}

	@GetMapping("/sessions/{id}")
	ResponseEntity<Map<String, Object>> session(@PathVariable("id") String id) {
		return ResponseEntity.ofNullable(sessions.describe(id));
	}

	/** How a request looks to the application. */
	@GetMapping("/request")
	Map<String, Object> request(HttpServletRequest request) {
		Map<String, Object> seen = new LinkedHashMap<>();
		seen.put("remote", request.getRemoteAddr() + ":" + request.getRemotePort());
		seen.put("scheme", request.getScheme());
		seen.put("secure", request.isSecure());
		seen.put("url", request.getRequestURL().toString());
		seen.put("protocol", request.getProtocol());
		seen.put("user", request.getRemoteUser());
		seen.put("headers", Collections.list(request.getHeaderNames()));
		return seen;
	}

	/** Puts something into the HTTP session. */
	@PostMapping("/session")
	void keep(HttpServletRequest request, @RequestParam("name") String name, @RequestParam("value") String value) {
		request.getSession().setAttribute(name, value);
	}

	@PostMapping("/upload")
	Map<String, Object> upload(InputStream body) throws IOException {
		CRC32 checksum = new CRC32();
		long bytes = 0;
		byte[] piece = new byte[PIECE_BYTES];
		for (int length = body.read(piece); length >= 0; length = body.read(piece)) {
			checksum.update(piece, 0, length);
			bytes += length;
		}
		return Map.of("bytes", bytes, "crc32", checksum.getValue());
	}

	/** Answers piece by piece, without a length; byte i is i modulo 251. */
	@GetMapping("/download")
	void download(@RequestParam("bytes") int bytes, HttpServletResponse response) throws IOException {
		response.setContentType("application/octet-stream");
		try (OutputStream out = response.getOutputStream()) {
			for (int sent = 0; sent < bytes;) {
				byte[] piece = new byte[Math.min(PIECE_BYTES, bytes - sent)];
				for (int i = 0; i < piece.length; i++) {
					piece[i] = (byte) ((sent + i) % 251);
				}
				out.write(piece);
				out.flush();
				sent += piece.length;
			}
		}
	}

	/** Answers when the application has been told to end. */
	@GetMapping("/shutdown")
	String shutdown(HttpServletResponse response) throws IOException, InterruptedException {
		response.flushBuffer();
		return shutdown.await(1, TimeUnit.MINUTES) ? "finished in time" : "nobody ended the application";
	}

	@EventListener(ContextClosedEvent.class)
	void closed() {
		shutdown.countDown();
	}
}
