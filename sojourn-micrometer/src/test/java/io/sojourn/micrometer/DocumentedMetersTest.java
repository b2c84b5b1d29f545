package io.sojourn.micrometer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sojourn.SessionManager;
import io.sojourn.SessionSettings;
import io.sojourn.observe.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The meters that there are, those of the documentation and those of the dashboard are the same. */
class DocumentedMetersTest {

    private static final Pattern ROW = Pattern.compile(
            "(?m)^\\| `(sojourn[a-z.]+)` \\| (counter|timer|gauge|distribution summary) \\| ([^|]*) \\|([^|]*)\\|");
    private static final Pattern TAG = Pattern.compile("(?m)^\\| `(sojourn[a-z.]+)` \\| `(\\w+)` \\| ([^|]*) \\|$");
    private static final Pattern WORD = Pattern.compile("`([a-z-]+)`");
    private static final Pattern SERIES = Pattern.compile("(sojourn_[a-z_]+)\\{");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(sojourn_[a-z_]+)[ {]");
    private static final Pattern LABEL = Pattern.compile("[{,]([a-z_]+)=");

    private static final PrometheusMeterRegistry REGISTRY = everything();

    private static PrometheusMeterRegistry everything() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        SojournMetrics metrics = new SojournMetrics();
        metrics.bindTo(registry);
        new Traffic(metrics).all();
        SessionManager.create(
                new CachedStore(), SessionSettings.builder().observer(metrics).build());
        return registry;
    }

    private static String docs(String file) {
        try {
            return Files.readString(Path.of("..", "docs", file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> words(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** What the page says of each meter: type, unit and tags. Those of the move are meters of another module. */
    private static Map<String, String> documented(boolean ofTheMove) {
        Map<String, String> documented = new TreeMap<>();
        for (MatchResult row : ROW.matcher(docs("metrics.md")).results().toList()) {
            if (row.group(1).startsWith("sojourn.spring.") == ofTheMove) {
                documented.put(row.group(1), described(row.group(2), row.group(3), words(WORD, row.group(4))));
            }
        }
        return documented;
    }

    private static String described(String type, String unit, Set<String> tags) {
        return type + " in " + unit + " by " + tags;
    }

    @Test
    void everyMeterIsDocumentedWithTypeUnitAndTags() {
        Map<String, String> real = new TreeMap<>();
        for (Meter meter : REGISTRY.getMeters()) {
            Set<String> tags =
                    meter.getId().getTags().stream().map(Tag::getKey).collect(Collectors.toCollection(TreeSet::new));
            String type =
                    meter.getId().getType().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            String unit = meter instanceof Timer ? "seconds" : meter.getId().getBaseUnit();
            real.put(meter.getId().getName(), described(type, unit == null ? "–" : unit, tags));
        }
        assertThat(documented(false)).isEqualTo(real);
    }

    @Test
    void metersOfTheMoveFromSpringSessionAreDocumented() throws IOException {
        Map<String, String> real = new TreeMap<>();
        String source = Files.readString(Path.of(
                "..", "sojourn-spring-boot/src/main/java/io/sojourn/spring/boot/actuate/SpringSessionMeters.java"));
        Pattern.compile("\\b(?:Function)?(Counter|Gauge)\\.builder\\(\"([a-z.]+)\"")
                .matcher(source)
                .results()
                .forEach(it -> real.put(it.group(2), described(it.group(1).toLowerCase(Locale.ROOT), "–", Set.of())));
        assertThat(real).hasSize(2);
        assertThat(documented(true)).isEqualTo(real);
    }

    @Test
    void everyValueOfATagIsDocumentedAndNoOther() {
        Map<String, Set<String>> documented = new TreeMap<>();
        for (MatchResult row : TAG.matcher(docs("metrics.md")).results().toList()) {
            documented.put(row.group(1) + " " + row.group(2), words(WORD, row.group(3)));
        }
        Map<String, Set<String>> real = new TreeMap<>();
        for (Meter meter : REGISTRY.getMeters()) {
            for (Tag tag : meter.getId().getTags()) {
                real.computeIfAbsent(meter.getId().getName() + " " + tag.getKey(), name -> new TreeSet<>())
                        .add(tag.getValue());
            }
        }
        // Not everything that can happen has happened here.
        real.put("sojourn.operations operation", values(Operation.values()));
        real.put("sojourn.operations outcome", values(Operation.Outcome.values()));
        assertThat(documented).isEqualTo(real);
    }

    private static Set<String> values(Enum<?>... constants) {
        return Stream.of(constants).map(TagValue::of).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The queries of all panels. */
    private static Stream<String> queries() {
        JsonNode dashboard = JsonMapper.shared().readTree(docs("grafana/sojourn.json"));
        return dashboard
                .get("panels")
                .valueStream()
                .filter(panel -> panel.has("targets"))
                .flatMap(panel -> panel.get("targets").valueStream())
                .map(target -> target.get("expr").asString());
    }

    @Test
    void theDashboardAsksForSeriesThatThereAreAndShowsEveryMeter() {
        Set<String> real = words(SAMPLE, REGISTRY.scrape());
        Set<String> asked = queries()
                .flatMap(query -> words(SERIES, query).stream())
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(real).containsAll(asked);
        assertThat(asked.stream().map(DocumentedMetersTest::family).collect(Collectors.toSet()))
                .isEqualTo(real.stream().map(DocumentedMetersTest::family).collect(Collectors.toSet()));
    }

    /** Without what Prometheus appends for the parts of a timer or a summary. */
    private static String family(String series) {
        return series.replaceFirst("_(count|sum|max|bucket)$", "");
    }

    @Test
    void theDashboardGroupsByLabelsThatThereAre() {
        Set<String> labels = words(LABEL, REGISTRY.scrape());
        labels.add("instance"); // Of the scraper's.
        labels.add("job");
        assertThat(queries().flatMap(query -> words(Pattern.compile("by \\(([a-z_]+)"), query).stream()))
                .isNotEmpty()
                .allSatisfy(label -> assertThat(labels).contains(label));
        assertThat(queries().flatMap(query -> words(LABEL, query).stream()))
                .allSatisfy(label -> assertThat(labels).contains(label));
    }

    @Test
    void theAlertsAskForSeriesThatThereAre() {
        String alerts = docs("alerts/sojourn.yml");
        Set<String> asked = words(Pattern.compile("\\b(sojourn_[a-z_]+)"), alerts);
        assertThat(asked).isNotEmpty();
        assertThat(words(SAMPLE, REGISTRY.scrape())).containsAll(asked);
        assertThat(words(LABEL, REGISTRY.scrape())).containsAll(words(LABEL, alerts));
    }

    /** Prometheus sees no increase in a series that begins with 1. */
    @Test
    void whatAnAlertTakesTheIncreaseOfIsThereBeforeItHappens() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new SojournMetrics().bindTo(registry);
        Set<String> asked = words(Pattern.compile("increase\\((sojourn_[a-z_]+)"), docs("alerts/sojourn.yml"));
        assertThat(asked).isNotEmpty();
        assertThat(words(SAMPLE, registry.scrape())).containsAll(asked);
    }
}
