package io.hawser.acceptance;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

/** Starts the application and says where it listens. */
@SpringBootApplication(proxyBeanMethods = false)
public class AcceptanceApplication {
	/** Serves until the process is told to end. */
	public static void main(String[] args) {
		SpringApplication.run(AcceptanceApplication.class, args);
	}

	/** One line that a script can wait for. */
	@EventListener
	void ready(ApplicationReadyEvent event) {
		Environment environment = event.getApplicationContext().getEnvironment();
		boolean tls = environment.containsProperty("server.ssl.certificate");
		String port = environment.getProperty("local.server.port");
		System.out.printf("acceptance application: %s://127.0.0.1:%s%s/ actuator port %s%n", tls ? "https" : "http", port,
				environment.getProperty("server.servlet.context-path", ""), environment.getProperty("local.management.port", port));
	}
}
