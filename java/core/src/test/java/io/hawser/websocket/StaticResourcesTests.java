package io.hawser.websocket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticResourcesTests {
	private static final Map<String, String> FILES = Map.of(
			"web/index.html", "<p>start", "web/app.js", "let a", "web/a b\u00E4.txt", "spaced",
			"web/sub/index.html", "<p>sub", "web/sub/x.unknown", "?", "secret.txt", "secret", "web2/x.txt", "other");

	@TempDir
	Path directory;

	private StaticResources fromDirectory() throws IOException {
		for (Map.Entry<String, String> file : FILES.entrySet()) {
			Path path = directory.resolve(file.getKey());
			Files.createDirectories(path.getParent());
			Files.writeString(path, file.getValue());
		}
		return new StaticResources("/web/", new URLClassLoader(new URL[] {directory.toUri().toURL()}, null));
	}

	private StaticResources fromJar() throws IOException {
		Path jar = directory.resolve("files.jar");
		try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
			out.putNextEntry(new JarEntry("web/"));
			out.putNextEntry(new JarEntry("web/sub/"));
			for (Map.Entry<String, String> file : FILES.entrySet()) {
				out.putNextEntry(new JarEntry(file.getKey()));
				out.write(file.getValue().getBytes(StandardCharsets.UTF_8));
			}
		}
		return new StaticResources("web", new URLClassLoader(new URL[] {jar.toUri().toURL()}, null));
	}

	private static HttpRequest request(HttpMethod method, String rawPath, HttpHeaders headers) {
		return new HttpRequest(method, URI.create("http://h" + rawPath), headers, new byte[0],
				InetSocketAddress.createUnresolved("c", 1));
	}

	private static HttpResponse get(StaticResources resources, String rawPath) throws IOException {
		return resources.handle(request(HttpMethod.GET, rawPath, HttpHeaders.EMPTY));
	}

	@ParameterizedTest
	@CsvSource({"/, <p>start, text/html; charset=utf-8", "/?q=1, <p>start, text/html; charset=utf-8",
			"/index.html, <p>start, text/html; charset=utf-8", "/app.js, let a, text/javascript; charset=utf-8",
			"/sub/, <p>sub, text/html; charset=utf-8", "/sub/x.unknown, ?, application/octet-stream",
			"/%61pp.js, let a, text/javascript; charset=utf-8", "/a%20b%C3%A4.txt, spaced, text/plain; charset=utf-8"})
	void filesAreServedWithTheirType(String rawPath, String body, String type) throws Exception {
		for (StaticResources resources : new StaticResources[] {fromDirectory(), fromJar()}) {
			HttpResponse response = get(resources, rawPath);
			assertEquals(200, response.getStatus());
			assertEquals(type, response.getHeaders().getFirst("Content-Type"));
			assertArrayEquals(body.getBytes(StandardCharsets.UTF_8), response.getBody());
			assertArrayEquals(response.getBody(), get(resources, rawPath).getBody());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = {"/missing", "/sub", "/../secret.txt", "/%2e%2e/secret.txt", "/%2E./secret.txt",
			"/sub/../app.js",
			"/./app.js", "//app.js", "/sub//index.html", "/..%2fsecret.txt", "/sub%2Findex.html", "/..%5csecret.txt",
			"/%252e%252e/secret.txt", "/app.js%00", "/app.js%0a", "/%ff", "/%c0%ae%c0%ae/secret.txt", "/app.js/",
			"/..", "/../", "/../web2/x.txt", "/app.js;x"})
	void whatIsNotThereOrTriesToLeaveIs404(String rawPath) throws Exception {
		assertEquals(404, get(fromDirectory(), rawPath).getStatus());
		assertEquals(404, get(fromJar(), rawPath).getStatus());
	}

	@ParameterizedTest
	@ValueSource(strings = {"/%", "/%4", "/%zz", "/a%", "relative", "/\u00E4", "/\\secret.txt", "/%4\uFF11"})
	void aPathThatNoUriCanHaveNamesNoFile(String rawPath) {
		assertEquals(null, ResourcePath.decode(rawPath));
	}

	@Test
	void otherMethodsAre405WithAllow() throws Exception {
		StaticResources resources = fromDirectory();
		for (String name : new String[] {"POST", "PUT", "DELETE", "OPTIONS", "get"}) {
			HttpMethod method = HttpMethod.valueOf(name);
			HttpResponse response = resources.handle(request(method, "/", HttpHeaders.EMPTY));
			assertEquals(405, response.getStatus());
			assertEquals("GET, HEAD", response.getHeaders().getFirst("Allow"));
		}
	}

	@Test
	void headIsAnsweredLikeGet() throws Exception {
		StaticResources resources = fromDirectory();
		HttpResponse head = resources.handle(request(HttpMethod.HEAD, "/app.js", HttpHeaders.EMPTY));
		assertEquals(get(resources, "/app.js").getHeaders(), head.getHeaders());
		assertEquals(200, head.getStatus());
	}

	@Test
	void aClientThatHasTheContentGets304() throws Exception {
		StaticResources resources = fromDirectory();
		String etag = get(resources, "/app.js").getHeaders().getFirst("ETag");
		for (String known : new String[] {etag, "W/" + etag, "\"x\", " + etag, "*"}) {
			var headers = new HttpHeaders();
			headers.set("If-None-Match", known);
			HttpResponse response = resources.handle(request(HttpMethod.GET, "/app.js", headers));
			assertEquals(304, response.getStatus(), known);
			assertEquals(etag, response.getHeaders().getFirst("ETag"));
		}
		var stale = new HttpHeaders();
		stale.set("If-None-Match", "\"x\"");
		assertEquals(200, resources.handle(request(HttpMethod.GET, "/app.js", stale)).getStatus());
	}

	@Test
	void aFileTooBigToBeKeptIsStillServed() throws Exception {
		StaticResources resources = fromDirectory();
		byte[] big = new byte[ClassPathFiles.MAX_KEPT_FILE_BYTES + 1];
		Files.write(directory.resolve("web/big.bin"), big);
		assertArrayEquals(big, get(resources, "/big.bin").getBody());
		big[0] = 1;
		Files.write(directory.resolve("web/big.bin"), big);
		assertArrayEquals(big, get(resources, "/big.bin").getBody());
	}

	@Test
	void smallFilesAreKeptUpToTheBudget() throws Exception {
		StaticResources resources = fromDirectory();
		byte[] file = new byte[ClassPathFiles.MAX_KEPT_FILE_BYTES];
		int fitting = (int) (ClassPathFiles.MAX_KEPT_BYTES / file.length);
		for (int i = 0; i <= fitting; i++) {
			Files.write(directory.resolve("web/" + i), file);
			get(resources, "/" + i);
		}
		Files.delete(directory.resolve("web/0"));
		Files.delete(directory.resolve("web/" + fitting));
		assertEquals(200, get(resources, "/0").getStatus(), "kept");
		assertEquals(404, get(resources, "/" + fitting).getStatus(), "over the budget, so read again");
	}

	@ParameterizedTest
	@ValueSource(strings = {"", "/", "//", "..", "/a/../b", "a//b", "./a", "a\\b"})
	void aPrefixThatIsNoDirectoryOfItsOwnIsRefused(String prefix) {
		var refused = assertThrows(IllegalArgumentException.class, () -> new StaticResources(prefix));
		assertTrue(refused.getMessage().startsWith("classPathPrefix"), refused.getMessage());
	}

	@Test
	void missingArgumentsAreNamed() {
		assertEquals("classPathPrefix",
				assertThrows(NullPointerException.class, () -> new StaticResources(null)).getMessage());
		assertEquals("classLoader",
				assertThrows(NullPointerException.class, () -> new StaticResources("a", null)).getMessage());
	}
}
