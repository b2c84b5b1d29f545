/** What no module can check alone: the arrows of the design, the public API, the module declarations. */
@NullMarked
package io.sojourn.architecture;

import org.jspecify.annotations.NullMarked;
