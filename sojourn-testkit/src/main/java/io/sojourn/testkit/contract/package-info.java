/**
 * The contract of stores: extend {@link io.sojourn.testkit.contract.SessionStoreContract} to test one.
 */
@NullMarked
package io.sojourn.testkit.contract;

import org.jspecify.annotations.NullMarked;
