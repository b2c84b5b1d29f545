package io.sojourn.example.springboot;

import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.SessionAttribute;

/** What Spring MVC offers for sessions works as ever: {@code HttpSession} as a parameter, {@code @SessionAttribute}. */
@RestController
class ShopController {

    /** {@code signIn} gives the session a new secret: one from before must not open what is open now. */
    @PostMapping("/login")
    ResponseEntity<Void> login(HttpServletRequest request, @RequestParam("user") String user) {
        SojournFilter.signIn(request, user);
        request.getSession().setAttribute("user", user);
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .location(URI.create("/cart"))
                .build();
    }

    @PostMapping("/cart")
    void add(
            HttpSession session,
            @SessionAttribute(name = "cart", required = false) @Nullable List<String> cart,
            @RequestParam("item") String item) {
        List<String> more = new ArrayList<>(cart == null ? List.of() : cart);
        more.add(item);
        session.setAttribute("cart", more);
    }

    @GetMapping("/cart")
    String show(
            @SessionAttribute(name = "user", required = false) @Nullable String user,
            @SessionAttribute(name = "cart", required = false) @Nullable List<String> cart) {
        return (user == null ? "nobody" : user) + " has " + (cart == null ? List.of() : cart);
    }

    @PostMapping("/logout")
    void logout(HttpSession session) {
        session.invalidate();
    }
}
