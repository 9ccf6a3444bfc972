package io.hawser.spring;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.config.annotation.WebSocketConfigurationSupport;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurationSupport;
import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;
import org.springframework.web.socket.sockjs.SockJsService;

/** Whether an application has WebSockets of Spring's, as far as its bean definitions tell. Makes no bean. */
final class WebSocketUse {
	private static final Class<?>[] SIGNS = {WebSocketConfigurationSupport.class,
			WebSocketMessageBrokerConfigurationSupport.class, WebSocketHandlerMapping.class,
			WebSocketHttpRequestHandler.class, WebSocketHandler.class, HandshakeHandler.class, SockJsService.class};

	private final ListableBeanFactory beans;
	private final boolean asked;

	/** @param asked whether the application says that Hawser shall serve */
	WebSocketUse(ListableBeanFactory beans, boolean asked) {
		this.beans = beans;
		this.asked = asked;
	}

	boolean isLikely() {
		if (asked) {
			return true;
		}
		for (Class<?> sign : SIGNS) {
			if (BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, sign, true, false).length > 0) {
				return true;
			}
		}
		return false;
	}
}
