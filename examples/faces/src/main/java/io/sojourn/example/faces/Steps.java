package io.sojourn.example.faces;

import jakarta.faces.component.UIComponent;
import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;

/** What a visitor has done since the page was opened. It lives as long as the view. */
@Named
@ViewScoped
public class Steps implements Serializable {

    private static final long serialVersionUID = 1L;

    private final Order order;
    private int count;

    /** Called by CDI. */
    @Inject
    public Steps(Order order) {
        this.order = order;
    }

    /** Called by CDI for its proxies. */
    Steps() {
        this(new Order());
    }

    /** How many there were. */
    public int getCount() {
        return count;
    }

    /** Takes the counts of the page over. */
    public void save() {
        count++;
    }

    /** Notes something on a line, and marks its button: the mark is in the state of the view and nowhere else. */
    public void mark(Line line) {
        count++;
        line.note("marked at a total of " + order.getTotal());
        UIComponent button = UIComponent.getCurrentComponent(FacesContext.getCurrentInstance());
        button.getAttributes().put("styleClass", "marked");
    }

    /** Goes to the page anew, with a message in the flash. */
    public String reopen() {
        FacesContext.getCurrentInstance().getExternalContext().getFlash().put("message", "Opened again");
        return "order?faces-redirect=true";
    }
}
