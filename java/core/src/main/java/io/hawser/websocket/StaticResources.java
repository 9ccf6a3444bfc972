package io.hawser.websocket;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Serves files of the class path: {@code GET /app.js} answers {@code <prefix>/app.js}, a path that ends in
 * {@code /} the {@code index.html} there. {@code GET} and {@code HEAD} only, else 405. May be used by many threads.
 *
 * <p>A path is decoded once. 404 is the answer to what is not there and to any path with {@code .} or {@code ..} or
 * an empty segment, a backslash, an encoded {@code /} or {@code %}, a control character, or a malformed escape: it
 * never leaves the prefix. The query is ignored.
 * <p>Files are taken to be constant: up to 256 KiB each and 8 MiB in all are kept in memory; larger ones are read
 * each time. Answers carry an {@code ETag} of the content, and 304 is given to a client that has it.
 *
 * <p>Source: Hawser's own.
 *
 * @since 0.1
 */
public final class StaticResources implements HttpHandler {
	private static final Map<String, String> TYPES = Map.ofEntries(
			Map.entry("html", "text/html; charset=utf-8"), Map.entry("htm", "text/html; charset=utf-8"),
			Map.entry("css", "text/css; charset=utf-8"), Map.entry("js", "text/javascript; charset=utf-8"),
			Map.entry("mjs", "text/javascript; charset=utf-8"), Map.entry("json", "application/json"),
			Map.entry("map", "application/json"), Map.entry("webmanifest", "application/manifest+json"),
			Map.entry("txt", "text/plain; charset=utf-8"), Map.entry("md", "text/markdown; charset=utf-8"),
			Map.entry("xml", "application/xml"), Map.entry("svg", "image/svg+xml"), Map.entry("png", "image/png"),
			Map.entry("jpg", "image/jpeg"), Map.entry("jpeg", "image/jpeg"), Map.entry("gif", "image/gif"),
			Map.entry("webp", "image/webp"), Map.entry("avif", "image/avif"), Map.entry("ico", "image/x-icon"),
			Map.entry("woff", "font/woff"), Map.entry("woff2", "font/woff2"), Map.entry("ttf", "font/ttf"),
			Map.entry("wasm", "application/wasm"), Map.entry("pdf", "application/pdf"), Map.entry("mp3", "audio/mpeg"),
			Map.entry("ogg", "audio/ogg"), Map.entry("wav", "audio/wav"), Map.entry("mp4", "video/mp4"),
			Map.entry("webm", "video/webm"));

	private final ClassPathFiles files;

	/**
	 * Serve files that the current thread's context class loader finds.
	 *
	 * @param classPathPrefix where the files are, such as {@code "/com/example/web"}; not the root, which would
	 * serve every class. Slashes at both ends may be left out
	 * @throws IllegalArgumentException if the prefix is empty or has {@code .}, {@code ..} or empty segments
	 * @since 0.1
	 */
	public StaticResources(String classPathPrefix) {
		this(classPathPrefix, contextClassLoader());
	}

	/**
	 * Serve files that a class loader finds.
	 *
	 * @param classPathPrefix where the files are, as above
	 * @param classLoader finds them
	 * @throws IllegalArgumentException if the prefix is empty or has {@code .}, {@code ..} or empty segments
	 * @since 0.1
	 */
	public StaticResources(String classPathPrefix, ClassLoader classLoader) {
		Objects.requireNonNull(classPathPrefix, "classPathPrefix");
		Objects.requireNonNull(classLoader, "classLoader");
		String prefix = classPathPrefix.replaceAll("^/|/$", "");
		if (!ResourcePath.isPlain(prefix)) {
			throw new IllegalArgumentException("classPathPrefix '" + classPathPrefix
					+ "' is no directory below the root of the class path; use one like '/com/example/web'");
		}
		files = new ClassPathFiles(prefix + "/", classLoader);
	}

	/**
	 * Answer a request for a file.
	 *
	 * @throws IOException if a file is there and cannot be read
	 */
	@Override
	public HttpResponse handle(HttpRequest request) throws IOException {
		HttpMethod method = request.getMethod();
		if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
			return HttpResponse.text(405, "Only GET and HEAD are allowed here\n")
					.withHeader(HttpHeaders.ALLOW, "GET, HEAD");
		}
		String path = ResourcePath.decode(request.getPath());
		if (path == null) {
			return HttpResponse.notFound();
		}
		String name = path.isEmpty() || path.endsWith("/") ? path + "index.html" : path;
		ClassPathFiles.Content file = files.find(name);
		if (file == null) {
			return HttpResponse.notFound();
		}
		if (isKnownToClient(request.getHeaders().getValuesAsList(HttpHeaders.IF_NONE_MATCH), file.etag())) {
			return withCaching(HttpResponse.of(304), file);
		}
		return withCaching(HttpResponse.of(200, contentType(name), file.bytes()), file);
	}

	private static HttpResponse withCaching(HttpResponse response, ClassPathFiles.Content file) {
		return response.withHeader(HttpHeaders.ETAG, file.etag())
				.withHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
				.withHeader("X-Content-Type-Options", "nosniff");
	}

	/** A proxy that compresses makes our tag weak; weak comparison is right for GET (RFC 9110 section 13.1.2). */
	private static boolean isKnownToClient(List<String> etags, String etag) {
		return etags.stream().anyMatch(known -> known.equals("*") || known.equals(etag) || known.equals("W/" + etag));
	}

	private static String contentType(String name) {
		String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
		return TYPES.getOrDefault(extension, "application/octet-stream");
	}

	private static ClassLoader contextClassLoader() {
		ClassLoader context = Thread.currentThread().getContextClassLoader();
		return context != null ? context : ClassLoader.getSystemClassLoader();
	}
}
