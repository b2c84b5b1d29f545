/**
 * All settings as texts, for descriptors, environments and configuration files: {@link io.sojourn.config.SessionConfig}
 * makes the engine's settings, the cookie and the store of them.
 */
@NullMarked
package io.sojourn.config;

import org.jspecify.annotations.NullMarked;
