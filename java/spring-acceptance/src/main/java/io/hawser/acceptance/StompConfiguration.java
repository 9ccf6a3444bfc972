package io.hawser.acceptance;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketTransportRegistration;

/**
 * STOMP, over WebSocket and over SockJS, with the simple broker or, with {@code acceptance.broker=relay}, with one behind a socket.
 * Messages keep their order with {@code acceptance.stomp-order=true}.
 */
@Configuration(proxyBeanMethods = false)
@EnableWebSocketMessageBroker
class StompConfiguration implements WebSocketMessageBrokerConfigurer {
	private static final long HEARTBEAT_MS = 1_000;
	private static final int MAX_MESSAGE_BYTES = 256 * 1024;

	private final SessionRegistry sessions;
	private final ObjectProvider<TinyStompBroker> broker;
	private final boolean keepOrder;

	StompConfiguration(SessionRegistry sessions, ObjectProvider<TinyStompBroker> broker, @Value("${acceptance.stomp-order:false}") boolean keepOrder) {
		this.sessions = sessions;
		this.broker = broker;
		this.keepOrder = keepOrder;
	}

	@Override
	public void registerStompEndpoints(StompEndpointRegistry registry) {
		registry.setPreserveReceiveOrder(keepOrder);
		registry.addEndpoint("/stomp", "/secured/stomp");
		// Only a heartbeat notices that a client of the streaming transports has gone.
		registry.addEndpoint("/stomp-sockjs").withSockJS().setHeartbeatTime(HEARTBEAT_MS);
	}

	@Override
	public void configureMessageBroker(MessageBrokerRegistry registry) {
		registry.setApplicationDestinationPrefixes("/app").setPreservePublishOrder(keepOrder);
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
