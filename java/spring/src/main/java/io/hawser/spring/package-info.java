/**
 * The Spring Boot starter: WebSockets of an unchanged Spring application, served by Hawser.
 *
 * <p>{@link io.hawser.spring.HawserAutoConfiguration} puts the engine in front of the servlet container, as the settings of
 * {@link io.hawser.spring.HawserProperties} say. The opening handshake goes through the container's filters, Spring's
 * interceptors and {@code HandshakeHandler}s as ever; its session is then a {@link io.hawser.spring.HawserSession}, whose
 * frames the container never sees. {@link io.hawser.spring.HawserTopics} publishes to many sessions at once.
 *
 * <p><b>Null rules:</b> parameters and results are never {@code null} unless their documentation says so.
 *
 * @since 0.1
 */
package io.hawser.spring;
