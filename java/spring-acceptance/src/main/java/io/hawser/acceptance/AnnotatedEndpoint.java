package io.hawser.acceptance;

import jakarta.websocket.OnMessage;
import jakarta.websocket.Session;
import jakarta.websocket.server.PathParam;
import jakarta.websocket.server.ServerEndpoint;

/** An endpoint of the servlet container, not of Spring. */
@ServerEndpoint("/annotated/{room}")
public class AnnotatedEndpoint {
	/** Sends a text back with the room it was said in; "class" asks whose session this is. */
	@OnMessage
	public String text(String text, Session session, @PathParam("room") String room) {
		return text.equals("class") ? session.getClass().getName() : room + ": " + text;
	}

	/** Sends binary messages back. */
	@OnMessage
	public byte[] binary(byte[] payload) {
		return payload;
	}
}
