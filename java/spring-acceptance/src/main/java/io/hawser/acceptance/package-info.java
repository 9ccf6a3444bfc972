/**
 * A Spring Boot application with everything that Spring offers around WebSockets, written as any application is and compiled without
 * Hawser. The same sources run on Boot 3.5 and 4.x, on Tomcat and Jetty, with the starter on the class path and without it.
 *
 * <p>{@code tests/spring} drives it from outside; what only the server can know, it asks for at {@code /api}.
 */
package io.hawser.acceptance;
