/** What a node of the shop is told when it starts: where Redis is, where to log, which folder is its own. */
@NullMarked
package io.sojourn.example.shop.settings;

import org.jspecify.annotations.NullMarked;
