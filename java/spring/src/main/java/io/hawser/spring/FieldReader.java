package io.hawser.spring;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Optional;
import org.springframework.util.ReflectionUtils;

/** Reads a private field by its type, so that a new name for it breaks nothing. Never writes. */
final class FieldReader {
	private FieldReader() {
	}

	/**
	 * Returns the value of the first field of exactly that type, or nothing if there is none, the JVM does not let it be read or it
	 * is {@code null}.
	 */
	static <T> Optional<T> read(Object holder, Class<T> type) {
		return find(holder.getClass(), type).map((field) -> type.cast(ReflectionUtils.getField(field, holder)));
	}

	/** Returns the first field of exactly that type, for who reads it often; nothing if there is none that may be read. */
	static Optional<Field> find(Class<?> holder, Class<?> type) {
		for (Class<?> at = holder; at != null && at != Object.class; at = at.getSuperclass()) {
			for (Field field : at.getDeclaredFields()) {
				if (field.getType() == type && !Modifier.isStatic(field.getModifiers())) {
					return field.trySetAccessible() ? Optional.of(field) : Optional.empty();
				}
			}
		}
		return Optional.empty();
	}
}
