package io.hawser.websocket;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads files below one prefix of the class path, as streams because those in nested jars are no files, and keeps
 * small ones. Trusts its caller for the names; knows nothing of HTTP but the form of an entity tag.
 */
final class ClassPathFiles {
	/** The bytes of one file and their entity tag. */
	record Content(byte[] bytes, String etag) {
	}

	/** Largest file that is kept, in bytes. */
	static final int MAX_KEPT_FILE_BYTES = 256 * 1024;
	/** Most bytes that are kept in all. */
	static final long MAX_KEPT_BYTES = 8 * 1024 * 1024;

	private final String prefix;
	private final ClassLoader classLoader;
	private final Map<String, Content> kept = new ConcurrentHashMap<>();
	private final AtomicLong keptBytes = new AtomicLong();

	ClassPathFiles(String prefix, ClassLoader classLoader) {
		this.prefix = prefix;
		this.classLoader = classLoader;
	}

	/** Return the file, or {@code null} if there is none of this name. */
	Content find(String name) throws IOException {
		Content known = kept.get(name);
		if (known != null) {
			return known;
		}
		byte[] bytes = read(prefix + name);
		if (bytes == null) {
			return null;
		}
		Content content = new Content(bytes, etag(bytes));
		keep(name, content);
		return content;
	}

	private byte[] read(String resource) throws IOException {
		URL url = classLoader.getResource(resource);
		if (url == null) {
			return null;
		}
		URLConnection connection = url.openConnection();
		if (isDirectory(url, connection, resource)) {
			return null;
		}
		try (InputStream in = connection.getInputStream()) {
			return in.readAllBytes();
		}
	}

	/** The stream of a directory would be a list of its files, or empty. */
	private boolean isDirectory(URL url, URLConnection connection, String resource) throws IOException {
		if (url.getProtocol().equals("file")) {
			return isLocalDirectory(url);
		}
		if (connection instanceof JarURLConnection jar) {
			return jar.getJarEntry() == null || jar.getJarEntry().isDirectory();
		}
		return classLoader.getResource(resource + "/") != null;
	}

	private static boolean isLocalDirectory(URL url) {
		try {
			return new File(url.toURI()).isDirectory();
		} catch (URISyntaxException | IllegalArgumentException notLocal) {
			return true;
		}
	}

	private void keep(String name, Content content) {
		int size = content.bytes().length;
		if (size > MAX_KEPT_FILE_BYTES) {
			return;
		}
		if (keptBytes.addAndGet(size) > MAX_KEPT_BYTES || kept.putIfAbsent(name, content) != null) {
			keptBytes.addAndGet(-size);
		}
	}

	private static String etag(byte[] bytes) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
			return '"' + HexFormat.of().formatHex(hash, 0, 16) + '"';
		} catch (NoSuchAlgorithmException impossible) {
			throw new AssertionError("every Java platform has SHA-256", impossible);
		}
	}
}
