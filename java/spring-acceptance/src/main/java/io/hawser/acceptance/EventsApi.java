package io.hawser.acceptance;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Answers that stay open: server-sent events, each sent when another request asks for it. */
@RestController
@RequestMapping("/api/events")
class EventsApi {
	private static final long TIMEOUT_MS = 60_000;

	private final Map<String, SseEmitter> streams = new ConcurrentHashMap<>();

	@GetMapping("/{stream}")
	SseEmitter open(@PathVariable("stream") String stream) throws IOException {
		SseEmitter emitter = new SseEmitter(TIMEOUT_MS);
		emitter.onCompletion(() -> streams.remove(stream, emitter));
		streams.put(stream, emitter);
		emitter.send("opened");
		return emitter;
	}

	@PostMapping("/{stream}/{event}")
	void send(@PathVariable("stream") String stream, @PathVariable("event") String event) throws IOException {
		SseEmitter emitter = streams.get(stream);
		emitter.send(event);
		if (event.equals("last")) {
			emitter.complete();
		}
	}
}
