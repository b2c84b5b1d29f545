package io.sojourn.example.faces;

import io.sojourn.Session;
import io.sojourn.servlet.SojournFilter;
import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.ExternalContext;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;

/** Who is signed in. */
@Named
@RequestScoped
public class Account {

    private static final String ORDER_AGAIN = "order?faces-redirect=true";

    private String name = "";

    /** Who wants to sign in. */
    public String getName() {
        return name;
    }

    /** Who wants to sign in. */
    public void setName(String name) {
        this.name = name;
    }

    /** Who is signed in. */
    public String getUser() {
        return SojournFilter.session(request()).flatMap(Session::principal).orElse("nobody");
    }

    /** {@code signIn} gives the session a new secret: one from before must not open what is open now. */
    public String login() {
        SojournFilter.signIn(request(), name);
        return ORDER_AGAIN;
    }

    /** Ends the session, on all nodes. */
    public String logout() {
        external().invalidateSession();
        return ORDER_AGAIN;
    }

    private static HttpServletRequest request() {
        return (HttpServletRequest) external().getRequest();
    }

    private static ExternalContext external() {
        return FacesContext.getCurrentInstance().getExternalContext();
    }
}
