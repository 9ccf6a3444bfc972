package io.hawser.acceptance;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketTransportRegistration;

/** STOMP, over WebSocket and over SockJS, with the simple broker or, with {@code acceptance.broker=relay}, with one behind a socket. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocketMessageBroker
class StompConfiguration implements WebSocketMessageBrokerConfigurer {
	private static final long HEARTBEAT_MS = 1_000;
	private static final int MAX_MESSAGE_BYTES = 256 * 1024;

	private final SessionRegistry sessions;
	private final ObjectProvider<TinyStompBroker> broker;

	StompConfiguration(SessionRegistry sessions, ObjectProvider<TinyStompBroker> broker) {
		this.sessions = sessions;
		this.broker = broker;
	}

	@Override
	public void registerStompEndpoints(StompEndpointRegistry registry) {
		registry.addEndpoint("/stomp", "/secured/stomp");
		registry.addEndpoint("/stomp-sockjs").withSockJS();
	}

	@Override
	public void configureMessageBroker(MessageBrokerRegistry registry) {
		registry.setApplicationDestinationPrefixes("/app");
		TinyStompBroker relayed = broker.getIfAvailable();
		if (relayed != null) {
			registry.enableStompBrokerRelay("/topic", "/queue").setRelayHost("127.0.0.1").setRelayPort(relayed.port());
		} else {
			registry.enableSimpleBroker("/topic", "/queue").setHeartbeatValue(new long[] {HEARTBEAT_MS, HEARTBEAT_MS}).setTaskScheduler(heartbeats());
		}
	}

	@Override
	public void configureWebSocketTransport(WebSocketTransportRegistration registration) {
		registration.setMessageSizeLimit(MAX_MESSAGE_BYTES);
		registration.addDecoratorFactory(sessions::watch);
	}

	@Bean(destroyMethod = "close")
	@ConditionalOnProperty(name = "acceptance.broker", havingValue = "relay")
	static TinyStompBroker tinyStompBroker() {
		return new TinyStompBroker();
	}

	private static ThreadPoolTaskScheduler heartbeats() {
		ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
		scheduler.setThreadNamePrefix("broker-heartbeat-");
		scheduler.setDaemon(true);
		scheduler.initialize();
		return scheduler;
	}
}
