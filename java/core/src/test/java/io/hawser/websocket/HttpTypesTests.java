package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTypesTests {
	@Test
	void aNamedMethodIsItsConstant() {
		assertSame(HttpMethod.GET, HttpMethod.valueOf("GET"));
		assertTrue(HttpMethod.GET.matches("GET"));
		assertEquals(HttpMethod.valueOf("PROPFIND"), HttpMethod.valueOf("PROPFIND"));
		assertEquals("PROPFIND", HttpMethod.valueOf("PROPFIND").name());
		assertThrows(IllegalArgumentException.class, () -> HttpMethod.valueOf("G ET"));
	}

	@Test
	void aStatusWithANameIsThatConstant() {
		assertSame(HttpStatus.FORBIDDEN, HttpStatusCode.valueOf(403));
		assertSame(HttpStatus.FORBIDDEN, HttpStatus.valueOf(403));
		assertSame(HttpStatus.CONTENT_TOO_LARGE, HttpStatus.resolve(413));
		assertTrue(HttpStatus.PAYLOAD_TOO_LARGE.isSameCodeAs(HttpStatus.CONTENT_TOO_LARGE));
		assertEquals("403 FORBIDDEN", HttpStatus.FORBIDDEN.toString());
		assertEquals("Forbidden", HttpStatus.FORBIDDEN.getReasonPhrase());
		assertTrue(HttpStatus.FORBIDDEN.is4xxClientError());
		assertTrue(HttpStatus.FORBIDDEN.isError());
	}

	@Test
	void aStatusWithoutANameIsKeptByItsNumber() {
		assertEquals(HttpStatusCode.valueOf(499), HttpStatusCode.valueOf(499));
		assertEquals(499, HttpStatusCode.valueOf(499).value());
		assertEquals("499", HttpStatusCode.valueOf(499).toString());
		assertNull(HttpStatus.resolve(499));
		assertThrows(IllegalArgumentException.class, () -> HttpStatus.valueOf(499));
		assertThrows(IllegalArgumentException.class, () -> HttpStatusCode.valueOf(99));
		assertThrows(IllegalArgumentException.class, () -> HttpStatusCode.valueOf(1000));
	}

	@Test
	void aRequestKeepsPathAndQueryAsTheyWereAsked() {
		HttpRequest request = request("http://h:1//a/%2e%2e/b;x=1?q=%20&r");
		assertEquals("//a/%2e%2e/b;x=1", request.getPath());
		assertEquals("q=%20&r", request.getQuery());
		assertEquals("gr\u00FC\u00DFe", request.bodyAsString());
		assertThrows(UnsupportedOperationException.class, () -> request.getHeaders().add("a", "b"));
		assertEquals("/", request("http://h").getPath());
		assertNull(request("http://h/").getQuery());
	}

	private static HttpRequest request(String uri) {
		return new HttpRequest(HttpMethod.POST, URI.create(uri), new HttpHeaders(),
				"gr\u00FC\u00DFe".getBytes(StandardCharsets.UTF_8), InetSocketAddress.createUnresolved("c", 1));
	}

	@Test
	void theFactoriesSetTypeAndBody() {
		assertEquals("text/plain; charset=utf-8", HttpResponse.text("a").getHeaders().getFirst("Content-Type"));
		assertEquals("text/html; charset=utf-8", HttpResponse.html("a").getHeaders().getFirst("Content-Type"));
		assertEquals("application/json", HttpResponse.json("{}").getHeaders().getFirst("Content-Type"));
		assertArrayEquals("\u00E4".getBytes(StandardCharsets.UTF_8), HttpResponse.text("\u00E4").getBody());
		assertEquals(404, HttpResponse.notFound().getStatus());
		assertEquals(0, HttpResponse.of(204).getBody().length);
	}

	@Test
	void withReturnsAChangedCopy() {
		HttpResponse plain = HttpResponse.text("a");
		HttpResponse changed = plain.withStatus(201).withHeader("X-A", "1").withHeader("x-a", "2")
				.withAddedHeader("Set-Cookie", "a=1").withAddedHeader("Set-Cookie", "b=2");
		assertEquals(200, plain.getStatus());
		assertNull(plain.getHeaders().getFirst("X-A"));
		assertEquals(201, changed.getStatus());
		assertEquals(List.of("2"), changed.getHeaders().get("X-A"));
		assertEquals(List.of("a=1", "b=2"), changed.getHeaders().get("Set-Cookie"));
		assertThrows(UnsupportedOperationException.class, () -> changed.getHeaders().add("a", "b"));
	}

	@ParameterizedTest
	@ValueSource(ints = {0, 99, 100, 101, 199, 600, 999})
	void aStatusThatIsNotFinalIsRefused(int status) {
		assertThrows(IllegalArgumentException.class, () -> HttpResponse.of(status));
		assertThrows(IllegalArgumentException.class, () -> HttpResponse.notFound().withStatus(status));
	}

	@ParameterizedTest
	@ValueSource(ints = {204, 304})
	void aStatusWithoutBodyTakesNone(int status) {
		assertThrows(IllegalArgumentException.class, () -> HttpResponse.text(status, "a"));
		assertEquals(status, HttpResponse.text(status, "").getStatus());
	}

	@ParameterizedTest
	@ValueSource(strings = {"Content-Length", "content-length", "Transfer-Encoding", "Connection", "Date", "Upgrade"})
	void theEnginesOwnHeadersAreRefused(String name) {
		var refused = assertThrows(IllegalArgumentException.class, () -> HttpResponse.text("a").withHeader(name, "1"));
		assertTrue(refused.getMessage().startsWith("name '" + name), refused.getMessage());
		assertThrows(IllegalArgumentException.class, () -> HttpResponse.text("a").withAddedHeader(name, "1"));
	}

	@Test
	void aHeaderThatWouldSplitTheResponseIsRefused() {
		assertThrows(IllegalArgumentException.class, () -> HttpResponse.text("a").withHeader("a", "b\r\nc: d"));
		assertThrows(IllegalArgumentException.class, () -> HttpResponse.of(200, "a\nb", new byte[0]));
	}
}
