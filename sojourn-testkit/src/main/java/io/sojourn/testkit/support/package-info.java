/** What starting and watching servers needs: free ports, directories, waiting, a connection through a proxy. Hidden. */
@NullMarked
package io.sojourn.testkit.support;

import org.jspecify.annotations.NullMarked;
