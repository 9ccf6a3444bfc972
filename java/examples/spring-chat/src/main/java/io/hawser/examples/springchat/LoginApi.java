package io.hawser.examples.springchat;

import java.security.Principal;
import java.util.Map;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the page needs around the login form of Spring Security. */
@RestController
@RequestMapping("/api")
class LoginApi {
	/** Who asks; nobody has the empty name. */
	@GetMapping("/me")
	Map<String, String> me(Principal user) {
		return Map.of("name", user == null ? "" : user.getName());
	}

	/** The token that each post must carry. */
	@GetMapping("/csrf")
	Map<String, String> csrf(CsrfToken token) {
		return Map.of("header", token.getHeaderName(), "token", token.getToken());
	}
}
