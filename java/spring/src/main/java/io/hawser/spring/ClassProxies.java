package io.hawser.spring;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.springframework.cglib.core.SpringNamingPolicy;
import org.springframework.cglib.proxy.Callback;
import org.springframework.cglib.proxy.Enhancer;
import org.springframework.cglib.proxy.Factory;
import org.springframework.cglib.proxy.MethodInterceptor;
import org.springframework.objenesis.SpringObjenesis;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Makes objects that are instances of another object's class and pass its calls through an {@link Advice}. Not Spring's
 * {@code ProxyFactory}: that logs a warning for each final method of the class. Knows nothing of servers.
 */
final class ClassProxies {
	private static final SpringObjenesis OBJENESIS = new SpringObjenesis();

	private ClassProxies() {
	}

	/** What happens to a call. */
	@FunctionalInterface
	interface Advice {
		/** Returns the call's result, mostly that of {@link ClassProxies#proceed}. */
		Object invoke(Method method, Object[] arguments) throws Throwable;
	}

	/**
	 * Returns a proxy of the target's class; its constructor is not run.
	 * @throws RuntimeException if that class is final or cannot be seen
	 */
	static <T> T of(T target, Advice advice) {
		@SuppressWarnings("unchecked")
		Class<T> type = (Class<T>) ClassUtils.getUserClass(target);
		Enhancer enhancer = new Enhancer();
		enhancer.setClassLoader(type.getClassLoader());
		enhancer.setSuperclass(type);
		enhancer.setNamingPolicy(SpringNamingPolicy.INSTANCE);
		enhancer.setCallbackType(MethodInterceptor.class);
		Class<?> proxyClass = enhancer.createClass();
		Object proxy = OBJENESIS.newInstance(proxyClass, enhancer.getUseCache());
		MethodInterceptor interceptor = (self, method, arguments, unused) -> ReflectionUtils.isEqualsMethod(method)
				? (Object) (self == arguments[0]) : advice.invoke(method, arguments);
		((Factory) proxy).setCallbacks(new Callback[] {interceptor});
		return type.cast(proxy);
	}

	/** Calls the method of the target itself and throws what it throws. */
	static Object proceed(Object target, Method method, Object[] arguments) throws Throwable {
		try {
			ReflectionUtils.makeAccessible(method);
			return method.invoke(target, arguments);
		} catch (InvocationTargetException e) {
			throw e.getTargetException();
		}
	}
}
