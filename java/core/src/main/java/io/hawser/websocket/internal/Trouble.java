package io.hawser.websocket.internal;

/**
 * What is logged where memory may have run out. A constant and not a literal: the first use of a literal takes heap, and
 * what that throws would leave the very handler that must not fail.
 */
enum Trouble {
	CALLBACKS_ENDED("callbacks ended unexpectedly"),
	CALLBACK_FAILED("a callback failed"),
	COUNTERS_LOST("the last counters could not be read"),
	CREDIT_KEPT("inbound window could not be given back"),
	DELIVERY_FAILED("a delivery failed"),
	EVENT_LOST("an event could not be delivered"),
	HANDSHAKE_FAILED("a handshake failed"),
	HTTP_FAILED("the HTTP handler failed"),
	LOOP_BROKEN("a loop is broken and the engine stops"),
	NOT_ANSWERED("a request could not be answered"),
	NOT_CLOSED("a session could not be closed after a callback had failed"),
	NOT_ENDED("a session was not told of its end"),
	NOT_MARKED("a callback thread could not be marked"),
	NOT_REMEMBERED("a worker could not be remembered"),
	NOT_MOVED("a handler that blocks often could not be moved to workers"),
	NOT_WATCHED("the watchdog failed"),
	NO_CARRIER("no thread could be started to take a loop over"),
	NO_WORKER("no worker could be started; its callbacks run here"),
	TURN_FAILED("a turn failed");

	final String text;

	Trouble(String text) {
		this.text = text;
	}
}
