package io.hawser.examples.springchat;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the chat. */
@SpringBootApplication(proxyBeanMethods = false)
public class SpringChatApplication {
	/** Serves until the process ends. */
	public static void main(String[] args) {
		SpringApplication.run(SpringChatApplication.class, args);
	}
}
