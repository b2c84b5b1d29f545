package io.sojourn.example.faces;

import jakarta.enterprise.context.SessionScoped;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The order of one visitor. Nobody calls {@code setAttribute} when something in it changes. */
@Named
@SessionScoped
public class Order implements Serializable {

    private static final long serialVersionUID = 1L;
    private static final int LINES = 200;

    private final ArrayList<Line> lines = new ArrayList<>(IntStream.rangeClosed(1, LINES)
            .mapToObj(number -> new Line("Article " + number))
            .toList());

    /** As many as the shop has articles. */
    public List<Line> getLines() {
        return lines;
    }

    /** All that is ordered. */
    public int getTotal() {
        return lines.stream().mapToInt(Line::getCount).sum();
    }
}
