package io.hawser.acceptance;

import java.security.Principal;
import java.util.Map;
import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.messaging.simp.annotation.SubscribeMapping;
import org.springframework.stereotype.Controller;

/** What STOMP clients may ask for under {@code /app}. */
@Controller
class StompController {
	@MessageMapping("/echo")
	@SendTo("/topic/echo")
	String echo(@Payload String text) {
		return text;
	}

	@MessageMapping("/whoami")
	@SendToUser(destinations = "/queue/whoami", broadcast = false)
	Map<String, String> whoAmI(@Header(SimpMessageHeaderAccessor.SESSION_ID_HEADER) String session, Principal user) {
		return Map.of("session", session, "user", user == null ? "" : user.getName());
	}

	@SubscribeMapping("/welcome")
	Map<String, String> welcome() {
		return Map.of("text", "welcome");
	}

	@MessageMapping("/fail")
	void fail() {
		throw new IllegalArgumentException("the client asked for it");
	}

	@MessageExceptionHandler
	@SendToUser(destinations = "/queue/errors", broadcast = false)
	String refused(IllegalArgumentException e) {
		return e.getMessage();
	}
}
