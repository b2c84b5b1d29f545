/**
 * Security events of all nodes of an application. {@link io.sojourn.admin.events.EventPublisher} writes those of one node to a stream in
 * Redis; {@link io.sojourn.admin.events.EventStream} reads those of all nodes. The stream keeps the last 10,000 events.
 */
@NullMarked
package io.sojourn.admin.events;

import org.jspecify.annotations.NullMarked;
