package io.hawser.examples.springchat;

import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.security.web.authentication.logout.HttpStatusReturningLogoutSuccessHandler;

/** Who may come in: the page is for everybody, the WebSocket for those who have logged in. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
	/** The page offers them; a chat that is no example has accounts of its own. */
	private static final List<String> NAMES = List.of("alice", "bob", "carol", "dave");
	private static final String PASSWORD = "hawser";

	@Bean
	SecurityFilterChain filters(HttpSecurity http) throws Exception {
		http.authorizeHttpRequests(requests -> requests
				.requestMatchers("/", "/index.html", "/*.js", "/*.css", "/icon.svg", "/webjars/**", "/api/**", "/error").permitAll()
				.anyRequest().authenticated());
		// One page does all, so it gets statuses and no redirections.
		http.formLogin(form -> form
				.successHandler((request, response, user) -> response.setStatus(HttpStatus.NO_CONTENT.value()))
				.failureHandler((request, response, failure) -> response.setStatus(HttpStatus.UNAUTHORIZED.value())));
		http.logout(logout -> logout.logoutSuccessHandler(new HttpStatusReturningLogoutSuccessHandler(HttpStatus.NO_CONTENT)));
		http.exceptionHandling(failures -> failures.authenticationEntryPoint(new HttpStatusEntryPoint(HttpStatus.UNAUTHORIZED)));
		return http.build();
	}

	@Bean
	UserDetailsService users() {
		PasswordEncoder encoder = PasswordEncoderFactories.createDelegatingPasswordEncoder();
		String password = encoder.encode(PASSWORD);
		return new InMemoryUserDetailsManager(NAMES.stream()
				.<UserDetails>map(name -> User.withUsername(name).password(password).roles("USER").build()).toList());
	}
}
