package io.hawser.acceptance;

import static org.springframework.security.config.Customizer.withDefaults;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.www.BasicAuthenticationEntryPoint;

/** Basic authentication and a login form before every handshake; two users, whose passwords guard nothing. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
	@Bean
	SecurityFilterChain filters(HttpSecurity http) throws Exception {
		BasicAuthenticationEntryPoint basic = new BasicAuthenticationEntryPoint();
		basic.setRealmName("acceptance");
		http.authorizeHttpRequests(requests -> requests
				.requestMatchers("/secured/admin/**").hasRole("ADMIN")
				.requestMatchers("/secured/**").authenticated()
				.anyRequest().permitAll());
		http.httpBasic(withDefaults()).formLogin(withDefaults());
		// A WebSocket client can do nothing with a redirection to a login page.
		http.exceptionHandling(failures -> failures.defaultAuthenticationEntryPointFor(basic, request -> request.getServletPath().startsWith("/secured/")));
		// SockJS posts without a token; its iframe transports are frames of this site.
		http.csrf(csrf -> csrf.ignoringRequestMatchers("/sockjs/**", "/secured/sockjs/**", "/stomp-sockjs/**", "/api/**"));
		http.headers(headers -> headers.frameOptions(HeadersConfigurer.FrameOptionsConfig::sameOrigin));
		return http.build();
	}

	/** A function, because a manager of users would store the passwords again with a hash that takes 80 ms to check at every handshake. */
	@Bean
	UserDetailsService users() {
		return name -> switch (name) {
			case "alice" -> User.withUsername(name).password("{noop}wonderland").roles("USER").build();
			case "admin" -> User.withUsername(name).password("{noop}secret").roles("USER", "ADMIN").build();
			default -> throw new UsernameNotFoundException(name);
		};
	}
}
