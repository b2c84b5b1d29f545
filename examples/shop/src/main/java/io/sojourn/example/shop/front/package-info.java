/** The one address of the demonstration: a balancer before the nodes, what their tiles do, and the console. */
@NullMarked
package io.sojourn.example.shop.front;

import org.jspecify.annotations.NullMarked;
