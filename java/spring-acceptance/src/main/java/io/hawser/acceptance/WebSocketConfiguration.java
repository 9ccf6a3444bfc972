package io.hawser.acceptance;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.PerConnectionWebSocketHandler;
import org.springframework.web.socket.server.standard.ServerEndpointExporter;
import org.springframework.web.socket.server.standard.ServletServerContainerFactoryBean;
import org.springframework.web.socket.server.support.HttpSessionHandshakeInterceptor;

/** Which handler serves which path, with which handshake. STOMP has its own configuration. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class WebSocketConfiguration implements WebSocketConfigurer {
	/** Jetty's own default, because its Spring strategy does not look at the container's limits. */
	static final int MAX_MESSAGE_BYTES = 64 * 1024;

	/** SockJS streaming begins a new request after so many bytes: low, so that the checks see it happen. */
	private static final int STREAM_BYTES = 16 * 1024;

	private final SessionRegistry sessions;

	WebSocketConfiguration(SessionRegistry sessions) {
		this.sessions = sessions;
	}

	@Override
	public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
		EchoHandler echo = new EchoHandler();
		registry.addHandler(sessions.watch(echo), "/ws/text", "/secured/ws", "/secured/admin/ws");
		registry.addHandler(sessions.watch(new BinaryEchoHandler()), "/ws/binary");
		registry.addHandler(sessions.watch(new PartialMessagesHandler()), "/ws/partial");
		registry.addHandler(sessions.watch(new SmallMessagesHandler()), "/ws/small");
		registry.addHandler(sessions.watch(new CrowdHandler()), "/ws/crowd");
		registry.addHandler(sessions.watch(new PerConnectionWebSocketHandler(CountingHandler.class)), "/ws/counting");
		registry.addHandler(sessions.watch(echo), "/ws/protocols").setHandshakeHandler(new WrappingHandshakeHandler("v2.acceptance", "v1.acceptance"));
		registry.addHandler(sessions.watch(echo), "/ws/guest").setHandshakeHandler(new GuestHandshakeHandler());
		registry.addHandler(sessions.watch(echo), "/ws/visit")
				.addInterceptors(new HttpSessionHandshakeInterceptor(), new VisitInterceptor());
		registry.addHandler(sessions.watch(echo), "/ws/origin")
				.setAllowedOrigins("https://allowed.example").setAllowedOriginPatterns("https://*.pattern.example");
		registry.addHandler(sessions.watch(echo), "/sockjs/echo", "/secured/sockjs")
				.addInterceptors(new HttpSessionHandshakeInterceptor()).withSockJS().setStreamBytesLimit(STREAM_BYTES);
	}

	@Bean
	ServletServerContainerFactoryBean webSocketContainer() {
		ServletServerContainerFactoryBean container = new ServletServerContainerFactoryBean();
		container.setMaxTextMessageBufferSize(MAX_MESSAGE_BYTES);
		container.setMaxBinaryMessageBufferSize(MAX_MESSAGE_BYTES);
		return container;
	}

	@Bean
	ServerEndpointExporter serverEndpoints() {
		ServerEndpointExporter exporter = new ServerEndpointExporter();
		exporter.setAnnotatedEndpointClasses(AnnotatedEndpoint.class);
		return exporter;
	}
}
