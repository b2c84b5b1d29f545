package io.sojourn.example.faces;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A line of an order, changed in place by the page. */
public final class Line implements Serializable {

    private static final long serialVersionUID = 1L;

    private final String article;
    private final ArrayList<String> remarks = new ArrayList<>();
    private int count;

    Line(String article) {
        this.article = article;
    }

    /** What is ordered. */
    public String getArticle() {
        return article;
    }

    /** How many of it. */
    public int getCount() {
        return count;
    }

    /** How many of it. */
    public void setCount(int count) {
        this.count = count;
    }

    /** What was noted, in order. */
    public List<String> getRemarks() {
        return Collections.unmodifiableList(remarks);
    }

    void note(String remark) {
        remarks.add(remark);
    }
}
