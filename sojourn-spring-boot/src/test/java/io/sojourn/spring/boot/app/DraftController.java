package io.sojourn.spring.boot.app;

import jakarta.servlet.http.HttpSession;
import java.util.Objects;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
class DraftController {

    @PostMapping("/public/draft")
    String set(HttpSession session) {
        Draft draft = new Draft();
        draft.add("first");
        session.setAttribute("draft", draft);
        draft.preview("first");
        return Objects.requireNonNull(session.getAttribute("draft")).toString();
    }

    @GetMapping("/public/draft")
    String get(HttpSession session) {
        return Objects.requireNonNull(session.getAttribute("draft")).toString();
    }

    @PostMapping("/public/draft/in-place")
    String changeInPlace(HttpSession session, @RequestParam("line") String line) {
        Draft draft = (Draft) Objects.requireNonNull(session.getAttribute("draft"));
        draft.add(line);
        return draft.toString();
    }
}
