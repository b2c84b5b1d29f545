/** Tests; null-marked as the package is. */
package io.sojourn.tink;
