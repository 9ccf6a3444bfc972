package io.hawser.bench.spring;

import io.hawser.bench.BenchArguments;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.server.standard.ServletServerContainerFactoryBean;

/**
 * A Spring Boot application on Tomcat, as it is usually written: Tomcat's own threads, buffers that fit the largest message. With the
 * starter on its class path Hawser serves its WebSockets, and nothing here knows. Both take permessage-deflate from whoever offers
 * it, so {@code --deflate} changes nothing.
 */
@SpringBootApplication(proxyBeanMethods = false)
@EnableWebSocket
public class SpringServer implements WebSocketConfigurer {
	// Tomcat allocates this for each connection, so not a byte more than the largest message of the load.
	private static final int MAX_MESSAGE_BYTES = 16 * 1024;

	private final Audience audience;

	/** Takes the audience if there is one; otherwise each session is sent to by itself. */
	public SpringServer(ObjectProvider<Audience> audience) {
		this.audience = audience.getIfAvailable(EachSession::new);
	}

	/** Serves until the process ends. */
	public static void main(String[] args) {
		BenchArguments arguments = new BenchArguments(args);
		SpringApplication application = new SpringApplication(SpringServer.class);
		application.setDefaultProperties(Map.of("server.address", "127.0.0.1", "server.port", arguments.port(),
				// Above its 8,192 the idle connections would wait in the kernel.
				"server.tomcat.max-connections", 20_000, "server.tomcat.accept-count", 1024,
				// The load keeps its connections; after 100 requests each would end.
				"server.tomcat.max-keep-alive-requests", -1,
				"spring.main.banner-mode", "off", "logging.level.root", "warn",
				// Says at the start whether the engine serves, and nothing later.
				"logging.level.io.hawser.spring", "info"));
		application.run();
	}

	@Override
	public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
		Broadcast broadcast = new Broadcast(audience);
		registry.addHandler(new EchoHandler(), "/echo").setAllowedOrigins("*");
		registry.addHandler(broadcast.subscribing(), "/subscribe").setAllowedOrigins("*");
		registry.addHandler(broadcast.publishing(), "/publish").setAllowedOrigins("*");
	}

	@Bean
	ServletServerContainerFactoryBean container() {
		ServletServerContainerFactoryBean container = new ServletServerContainerFactoryBean();
		container.setMaxTextMessageBufferSize(MAX_MESSAGE_BYTES);
		container.setMaxBinaryMessageBufferSize(MAX_MESSAGE_BYTES);
		return container;
	}

	@EventListener
	void ready(WebServerInitializedEvent event) {
		BenchArguments.ready("Spring", event.getWebServer().getPort());
	}
}
