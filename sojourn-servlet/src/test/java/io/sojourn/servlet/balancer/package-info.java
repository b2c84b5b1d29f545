/** Apache httpd and HAProxy in front of two nodes, set up as the page on load balancers says. */
@NullMarked
package io.sojourn.servlet.balancer;

import org.jspecify.annotations.NullMarked;
