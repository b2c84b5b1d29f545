/** Stands for what a container registers with an application for its own purposes. */
@NullMarked
package io.undertow.websockets;

import org.jspecify.annotations.NullMarked;
