package io.sojourn.spring.boot.app;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.TimeZone;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.annotation.RegisteredOAuth2AuthorizedClient;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.SessionAttribute;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

@Controller
class PageController {

    private final Cart cart;

    PageController(Cart cart) {
        this.cart = cart;
    }

    @GetMapping("/private")
    @ResponseBody
    String secured(Principal user) {
        return "hello " + user.getName();
    }

    @GetMapping("/kind")
    @ResponseBody
    String kind(Authentication authentication) {
        return authentication.getClass().getSimpleName();
    }

    @GetMapping("/private/oidc")
    @ResponseBody
    String oidc(
            @AuthenticationPrincipal OidcUser user,
            @RegisteredOAuth2AuthorizedClient("test") OAuth2AuthorizedClient client) {
        return user.getIdToken().getIssuer() + " " + user.getSubject() + " "
                + client.getAccessToken().getTokenValue();
    }

    @GetMapping("/private/sid")
    @ResponseBody
    String sid(@AuthenticationPrincipal OidcUser user) {
        return Objects.requireNonNull(user.getIdToken().getClaimAsString("sid"));
    }

    @GetMapping("/csrf")
    @ResponseBody
    String csrf(CsrfToken token) {
        return token.getToken();
    }

    @GetMapping("/public/plain")
    @ResponseBody
    String plain() {
        return "plain";
    }

    @GetMapping("/public/thread")
    @ResponseBody
    String thread() {
        return Thread.currentThread().toString();
    }

    @GetMapping("/public/empty")
    @ResponseBody
    String empty(HttpSession session) {
        return session.getId() + " " + session.isNew();
    }

    @PostMapping("/public/faulty")
    @ResponseBody
    String faulty(HttpSession session) {
        session.setAttribute("faulty", new FaultyValue("one"));
        session.setAttribute("value", "after the fault");
        return "" + session.getAttribute("faulty");
    }

    @PostMapping("/public/interval")
    @ResponseBody
    String interval(HttpSession session, @RequestParam("seconds") int seconds) {
        session.setMaxInactiveInterval(seconds);
        return "set";
    }

    @GetMapping("/public/interval")
    @ResponseBody
    String interval(HttpServletRequest request) {
        HttpSession session = request.getSession(false);
        return session == null ? "none" : "" + session.getMaxInactiveInterval();
    }

    @PostMapping("/public/set")
    @ResponseBody
    String set(HttpSession session, @RequestParam("value") String value) {
        session.setAttribute("value", value);
        session.setAttribute("zone", TimeZone.getTimeZone("Europe/Vienna"));
        session.setAttribute("locale", Locale.GERMANY);
        return "set";
    }

    @GetMapping("/public/get")
    @ResponseBody
    String get(
            @SessionAttribute(name = "value", required = false) @Nullable String value,
            @SessionAttribute(name = "zone", required = false) @Nullable TimeZone zone) {
        return value + " " + (zone == null ? "" : zone.getID());
    }

    @GetMapping("/public/last-error")
    @ResponseBody
    String lastError(HttpSession session) {
        Exception last = (Exception) session.getAttribute("SPRING_SECURITY_LAST_EXCEPTION");
        return last == null ? "none" : last.getClass().getSimpleName() + ": " + last.getMessage();
    }

    @PostMapping("/public/cart")
    @ResponseBody
    String add(@RequestParam("item") String item) {
        cart.add(item);
        return cart.items().toString();
    }

    @GetMapping("/public/cart")
    @ResponseBody
    String cart() {
        return cart.items().toString();
    }

    @PostMapping("/public/invalidate")
    @ResponseBody
    String invalidate(HttpSession session) {
        session.invalidate();
        return "gone";
    }

    @PostMapping("/public/flash")
    String flash(RedirectAttributes attributes) {
        attributes.addFlashAttribute("message", "saved");
        attributes.addAttribute("id", 7);
        return "redirect:/public/flashed";
    }

    @GetMapping("/public/flashed")
    @ResponseBody
    String flashed(Model model, @RequestParam("id") int id) {
        return model.getAttribute("message") + " " + id;
    }

    @PostMapping("/public/upload")
    @ResponseBody
    String upload(HttpSession session, @RequestParam("file") MultipartFile file) throws IOException {
        String text = new String(file.getBytes(), StandardCharsets.UTF_8);
        session.setAttribute("value", text);
        return text;
    }

    @GetMapping("/public/callable")
    @ResponseBody
    Callable<String> callable(HttpSession session) {
        return () -> {
            session.setAttribute("value", "of a callable");
            return "called";
        };
    }

    @GetMapping("/public/deferred")
    @ResponseBody
    DeferredResult<String> deferred(HttpSession session) {
        DeferredResult<String> result = new DeferredResult<>();
        CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> {
            session.setAttribute("value", "deferred");
            result.setResult("done");
        });
        return result;
    }

    @GetMapping("/public/timeout")
    @ResponseBody
    DeferredResult<String> timeout(HttpSession session) {
        DeferredResult<String> result = new DeferredResult<>(50L);
        result.onTimeout(() -> {
            session.setAttribute("value", "timed out");
            result.setResult("too late");
        });
        return result;
    }

    @GetMapping("/public/stream")
    StreamingResponseBody stream(HttpSession session) {
        session.setAttribute("value", "before the stream");
        return out -> {
            out.write("first ".getBytes(StandardCharsets.UTF_8));
            out.flush();
            session.setAttribute("value", "in the stream");
            out.write("second".getBytes(StandardCharsets.UTF_8));
        };
    }

    @GetMapping(path = "/public/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    SseEmitter events(HttpSession session) {
        session.setAttribute("value", "events");
        SseEmitter emitter = new SseEmitter(Duration.ofSeconds(10).toMillis());
        CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> {
            try {
                emitter.send("one");
                emitter.send("two");
                emitter.complete();
            } catch (IOException e) {
                emitter.completeWithError(e);
            }
        });
        return emitter;
    }

    @GetMapping("/public/fail")
    @ResponseBody
    String fail(HttpSession session) {
        session.setAttribute("value", "before the error");
        throw new IllegalStateException("on purpose");
    }

    @PostMapping("/public/programmatic")
    @ResponseBody
    String programmatic(HttpServletRequest request, @RequestParam("user") String user) throws Exception {
        request.login(user, "secret");
        Authentication authentication =
                Objects.requireNonNull(SecurityContextHolder.getContext().getAuthentication());
        return authentication.getName();
    }
}
