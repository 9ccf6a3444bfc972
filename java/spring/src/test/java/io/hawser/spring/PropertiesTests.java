package io.hawser.spring;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.diagnostics.FailureAnalysis;

class PropertiesTests {
	@ParameterizedTest
	@CsvSource({"hawser.loops,0,0,1 to 256", "hawser.loops,257,257,1 to 256", "hawser.port,65536,65536,0 to 65535",
			"hawser.max-connections,0,0,1 to 16777216", "hawser.max-text-message-size,124B,124B,125 to 2147483639 bytes",
			"hawser.close-timeout,2h,PT2H,1ms to 1h", "hawser.compression.level,10,10,1 to 9",
			"hawser.send.high-water-mark,1023B,1023B,1024 to 1073741824 bytes",
			"hawser.send.low-water-mark,2MB,2097152B,must not be above hawser.send.high-water-mark"})
	void aValueOutOfRangeIsAnalysed(String name, String value, String shown, String allowed) {
		FailureAnalysis analysis = RecordedFailure.of(() -> TestServer.start(EchoApplication.class, name + "=" + value).close());
		String text = analysis.getDescription();
		assertAll(() -> assertTrue(text.contains(property(name)), text), () -> assertTrue(text.contains(allowed), text),
				() -> assertTrue(text.contains("\"" + shown + "\""), text));
	}

	@ParameterizedTest
	@CsvSource({"hawser.mode,quick", "hawser.loops,many", "hawser.send.overflow-strategy,panic"})
	void aValueOfAnotherTypeIsAnalysed(String name, String value) {
		FailureAnalysis analysis = RecordedFailure.of(() -> TestServer.start(EchoApplication.class, name + "=" + value).close());
		String text = analysis.getDescription();
		assertAll(() -> assertTrue(text.contains(name), text), () -> assertTrue(text.contains(value), text));
	}

	@Test
	void theLimitsThemselvesAreAllowed() {
		TestServer.start(EchoApplication.class, "hawser.loops=1", "hawser.max-text-message-size=125B",
				"hawser.send.high-water-mark=1024B", "hawser.send.low-water-mark=1024B", "hawser.compression.level=9").close();
	}

	@Test
	void eachPropertyHasItsMetadata() throws Exception {
		String metadata;
		try (InputStream file = HawserProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			metadata = new String(file.readAllBytes(), StandardCharsets.UTF_8);
		}
		check(metadata, "hawser", HawserProperties.class);
		check(metadata, "hawser.send", HawserProperties.Send.class);
		check(metadata, "hawser.compression", HawserProperties.Compression.class);
	}

	private static void check(String metadata, String prefix, Class<?> properties) {
		for (RecordComponent component : properties.getRecordComponents()) {
			if (!component.getType().isRecord()) {
				String name = "\"name\": \"" + prefix + "." + kebab(component.getName()) + "\"";
				assertTrue(metadata.contains(name), name + " is missing in " + metadata);
			}
		}
	}

	private static String kebab(String name) {
		return name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
	}

	/** The validation's analysis names the field as it is in the class. */
	private static String property(String name) {
		String field = name.substring("hawser.".length());
		StringBuilder camel = new StringBuilder();
		for (int i = 0; i < field.length(); i++) {
			camel.append(field.charAt(i) == '-' ? Character.toUpperCase(field.charAt(++i)) : field.charAt(i));
		}
		return "hawser." + camel;
	}
}
