/**
 * The chat as an ordinary Spring Boot application: form login, STOMP with the simple broker, one page. It is compiled against Spring
 * alone and runs as it is on Tomcat; with Hawser's starter on the class path its WebSockets are served by the engine.
 */
package io.hawser.examples.springchat;
