package io.hawser.bench.spring;

import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Plain HTTP: the 64 bytes that the load wants. */
@RestController
class TextController {
	private static final String TEXT = "the quick brown fox jumps over the lazy dog. " + ".".repeat(19);

	@GetMapping(path = "/http", produces = MediaType.TEXT_PLAIN_VALUE)
	String text() {
		return TEXT;
	}
}
