package io.sojourn.spring.boot.app;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class WishlistController {

    private final Wishlist wishlist;

    WishlistController(Wishlist wishlist) {
        this.wishlist = wishlist;
    }

    @GetMapping("/public/wish")
    String wish() {
        return wishlist.add() + (wishlist.hasUsers() ? ", injected" : ", not injected");
    }
}
