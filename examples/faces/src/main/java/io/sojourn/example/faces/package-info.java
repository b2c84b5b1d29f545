/** Jakarta Faces and CDI with sessions in Redis. */
@NullMarked
package io.sojourn.example.faces;

import org.jspecify.annotations.NullMarked;
