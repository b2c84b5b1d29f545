package io.sojourn.example.springboot;

import io.sojourn.Session;
import io.sojourn.SessionId;
import io.sojourn.SessionInfo;
import io.sojourn.SessionManager;
import io.sojourn.servlet.SojournFilter;
import io.sojourn.spring.SecuritySignIn;
import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** The page "Your devices": it lists where the user is signed in, and ends those sessions. */
@Controller
class DevicesController {

    private final SessionManager sessions;

    DevicesController(SessionManager sessions) {
        this.sessions = sessions;
    }

    /** A row of the page. The id may be shown: it opens no session. */
    record Device(String id, String browser, String address, String since, boolean isThisOne) {

        static Device of(SessionInfo info, Session current) {
            return new Device(
                    info.id().toString(),
                    info.labels().getOrDefault(SecuritySignIn.USER_AGENT, "unknown"),
                    info.labels().getOrDefault(SecuritySignIn.ADDRESS, "unknown"),
                    info.authenticatedAt().map(Object::toString).orElse("unknown"),
                    info.id().equals(current.id()));
        }
    }

    @GetMapping("/devices")
    String devices(HttpServletRequest request, Principal user, Model model) {
        Session current = SojournFilter.session(request).orElseThrow();
        List<Device> devices = sessions.findByPrincipal(user.getName()).stream()
                .map(info -> Device.of(info, current))
                .toList();
        model.addAttribute("devices", devices);
        return "devices";
    }

    /** Ends a session of this user. An id of another user's session ends nothing. */
    @PostMapping("/devices/{id}/end")
    String end(@PathVariable("id") String id, Principal user) {
        SessionId.parse(id)
                .flatMap(sessions::info)
                .filter(info -> info.principal().filter(user.getName()::equals).isPresent())
                .ifPresent(info -> sessions.revoke(info.id()));
        return "redirect:/devices";
    }

    @PostMapping("/devices/end-others")
    String endOthers(HttpServletRequest request) {
        sessions.revokeOthers(SojournFilter.session(request).orElseThrow());
        return "redirect:/devices";
    }

    /** Ends the session of this request too. The next page is that of the sign-in. */
    @PostMapping("/devices/end-all")
    String endAll(Principal user) {
        sessions.revokeAll(user.getName());
        return "redirect:/";
    }
}
