package io.hawser.spring;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWarDeployment;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.socket.WebSocketHandler;

/**
 * Auto-configuration: the WebSockets of a servlet application with an embedded server are served by Hawser, unless
 * {@code hawser.enabled} is {@code false}.
 *
 * @since 0.1
 */
@AutoConfiguration
@ConditionalOnClass({WebSocketHandler.class, ServletContextInitializer.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
public class HawserAutoConfiguration {
	HawserAutoConfiguration() {
	}

	@Bean
	HawserEngine hawserEngine() {
		return new HawserEngine();
	}

	@Bean
	HawserTopics hawserTopics(HawserEngine engine) {
		return new HawserTopics(engine);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnProperty(prefix = "hawser", name = "enabled", matchIfMissing = true)
	@ConditionalOnNotWarDeployment
	@EnableConfigurationProperties(HawserProperties.class)
	static class FrontConfiguration {
		@Bean
		FrontServerFactory hawserFrontServerFactory(HawserEngine engine, HawserProperties properties,
				ApplicationContext context) {
			return new FrontServerFactory(engine, properties, context);
		}

		/** Static, so that making it makes no other bean too early. */
		@Bean
		static HawserWebServerFactoryPostProcessor hawserWebServerFactoryPostProcessor(
				ObjectProvider<FrontServerFactory> frontServers, ListableBeanFactory beans, Environment environment) {
			boolean asked = environment.containsProperty("hawser.enabled");
			return new HawserWebServerFactoryPostProcessor(frontServers, new WebSocketUse(beans, asked));
		}
	}
}
