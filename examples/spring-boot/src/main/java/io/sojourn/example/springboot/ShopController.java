package io.sojourn.example.springboot;

import java.security.Principal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The page of the shop. */
@Controller
class ShopController {

    private final Cart cart;

    ShopController(Cart cart) {
        this.cart = cart;
    }

    @GetMapping("/")
    String shop(Principal user, Model model) {
        model.addAttribute("user", user.getName());
        model.addAttribute("items", cart.getItems());
        return "shop";
    }

    /** The message is a flash attribute: the next page shows it, also if another node answers. */
    @PostMapping("/cart")
    String add(@RequestParam("item") String item, RedirectAttributes redirect) {
        cart.add(item);
        redirect.addFlashAttribute("message", item + " is in your cart.");
        return "redirect:/";
    }
}
