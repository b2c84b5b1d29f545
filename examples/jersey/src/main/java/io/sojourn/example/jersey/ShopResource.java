package io.sojourn.example.jersey;

import io.sojourn.servlet.SojournFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A small shop. It takes the request as any servlet would, and so has Sojourn's session. */
@Path("/")
public final class ShopResource {

    /** {@code signIn} gives the session a new secret: one from before must not open what is open now. */
    @POST
    @Path("login")
    public Response login(@Context HttpServletRequest request, @QueryParam("user") String user) {
        SojournFilter.signIn(request, user);
        request.getSession().setAttribute("user", user);
        return Response.seeOther(URI.create("/cart")).build();
    }

    @POST
    @Path("cart")
    public void add(@Context HttpServletRequest request, @QueryParam("item") String item) {
        HttpSession session = request.getSession();
        List<Object> cart = new ArrayList<>(cart(session));
        cart.add(item);
        session.setAttribute("cart", cart);
    }

    @GET
    @Path("cart")
    public String show(@Context HttpServletRequest request) {
        HttpSession session = request.getSession();
        Object user = session.getAttribute("user");
        return (user == null ? "nobody" : user) + " has " + cart(session);
    }

    @POST
    @Path("logout")
    public void logout(@Context HttpServletRequest request) {
        request.getSession().invalidate();
    }

    private static List<?> cart(HttpSession session) {
        return session.getAttribute("cart") instanceof List<?> cart ? cart : List.of();
    }
}
