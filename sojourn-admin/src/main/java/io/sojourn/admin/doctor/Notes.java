package io.sojourn.admin.doctor;

import io.sojourn.admin.Finding;
import io.sojourn.admin.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects findings. */
public final class Notes {

    private final List<Finding> findings = new ArrayList<>();

    public void add(String code, Severity severity, String where, String what, String why, String advice) {
        findings.add(new Finding(code, severity, where, what, why, advice));
    }

    /** The worst first. */
    public List<Finding> all() {
        return findings.stream()
                .sorted(Comparator.comparing(Finding::severity).reversed())
                .toList();
    }
}
