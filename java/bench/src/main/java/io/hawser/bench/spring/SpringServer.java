package io.hawser.bench.spring;

import io.hawser.bench.BenchArguments;
import java.util.Map;
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
 * Spring Boot with its Tomcat, as a Spring application has it: Tomcat's own threads, buffers that fit the largest message. Tomcat
 * takes permessage-deflate from whoever offers it, so {@code --deflate} changes nothing.
 */
@SpringBootApplication(proxyBeanMethods = false)
@EnableWebSocket
public class SpringServer implements WebSocketConfigurer {
	// Tomcat allocates this for each connection, so not a byte more than the largest message of the load.
	private static final int MAX_MESSAGE_BYTES = 16 * 1024;

	/** Serves until the process ends. */
	public static void main(String[] args) {
		BenchArguments arguments = new BenchArguments(args);
		SpringApplication application = new SpringApplication(SpringServer.class);
		application.setDefaultProperties(Map.of("server.address", "127.0.0.1", "server.port", arguments.port(),
				// Above its 8,192 the idle connections would wait in the kernel.
				"server.tomcat.max-connections", 20_000, "server.tomcat.accept-count", 1024,
				"spring.main.banner-mode", "off", "logging.level.root", "warn"));
		application.run();
	}

	@Override
	public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
		Broadcast broadcast = new Broadcast();
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
		BenchArguments.ready("Spring on Tomcat", event.getWebServer().getPort());
	}
}
