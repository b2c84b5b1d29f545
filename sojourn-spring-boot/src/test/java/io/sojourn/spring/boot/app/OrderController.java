package io.sojourn.spring.boot.app;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.SessionAttributes;
import org.springframework.web.bind.support.SessionStatus;

/** A form of two pages. */
@Controller
@SessionAttributes("order")
class OrderController {

    @ModelAttribute("order")
    Order order() {
        return new Order();
    }

    @GetMapping("/public/order")
    @ResponseBody
    String show(@ModelAttribute("order") Order order) {
        return order.getName() + ", " + order.getStreet();
    }

    /** Answers with a redirect: Spring changes the session after a body was written, but before a view. */
    @PostMapping("/public/order")
    String fill(@ModelAttribute("order") Order order) {
        return "redirect:/public/order";
    }

    @PostMapping("/public/order/complete")
    String complete(@ModelAttribute("order") Order order, SessionStatus status) {
        status.setComplete();
        return "redirect:/public/plain";
    }
}
