package io.sojourn.spring.boot.app;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class BasketController {

    private final ObjectProvider<Basket> baskets;

    BasketController(ObjectProvider<Basket> baskets) {
        this.baskets = baskets;
    }

    @PostMapping("/public/basket")
    String put(@RequestParam("fruit") String fruit) {
        baskets.getObject().put(fruit);
        return "put";
    }
}
