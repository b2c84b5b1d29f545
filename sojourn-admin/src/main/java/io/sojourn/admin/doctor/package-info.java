/** What {@link io.sojourn.admin.Doctor} looks at: servers, rights, keys, and sessions that are written all the time. Hidden. */
@NullMarked
package io.sojourn.admin.doctor;

import org.jspecify.annotations.NullMarked;
