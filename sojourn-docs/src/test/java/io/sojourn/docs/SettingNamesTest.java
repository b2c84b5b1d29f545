package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sojourn.config.EnvironmentNames;
import io.sojourn.docs.JavaMessages.Message;
import io.sojourn.log.SettingName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Messages name a setting by {@link SettingName}, so that each reader finds the form in which they set Sojourn up; and each of these
 * forms is one that there is.
 */
class SettingNamesTest {

    /** {@code RedisStore.builder().timeout}: the class, and the setter of its builder. */
    private static final Pattern JAVA = Pattern.compile("(\\w+)\\.builder\\(…?\\)\\.(\\w+)");

    /** A builder, or a setter of one. */
    private static final Pattern BUILDER =
            Pattern.compile("\\b[A-Z]\\w*(?:Settings|Store|Codec|Cookie|Filter|Cache|Tls|Builder)"
                    + "\\.(?:builder|Builder|[a-z]+[A-Z])|\\.builder\\(|\\.allow\\(");

    private static final Pattern PROPERTY = Pattern.compile("(?<!io\\.)\\bsojourn(?:\\.[a-z]+(?:-[a-z]+)*)+");

    /** What Spring Boot alone reads, or who uses the command line. */
    private static final Pattern ELSEWHERE = Pattern.compile(PROPERTY + "|\\bthe command sojourn\\b");

    /** A setting that is a word of a sentence, where it can only be meant as a setting. */
    private static final Pattern ADVICE = Pattern.compile(
            "\\b(?:raise|lower|switch on|set) (?:the )?(?:timeout|prefix|protocol|codec|database|uri|tls|durability|filter|renewal)\\b");

    /** What composes the names; and a line of code which RefusalMessagesTest follows, and the names for texts behind it. */
    private static final String COMPOSED = "(?:SettingName|RefusalMessages)\\.java:.*";

    private static final Path RING = Page.PROJECT.resolve("sojourn-ring/src/main/resources/ring/redis/session");

    private static String settings() {
        return Page.named("docs/settings.md").text();
    }

    /** The names of settings that are no word of a sentence, as texts and as setters of what can be set by text. */
    private static Set<String> unmistakable() {
        Set<String> names = new TreeSet<>(SettingsPage.textNames());
        Pattern.compile("(?m)^\\| `(\\w+)` \\|.*`SOJOURN_")
                .matcher(settings())
                .results()
                .forEach(it -> names.add(it.group(1)));
        names.removeIf(name -> !name.matches(".*[a-z]\\p{Lu}.*"));
        return names;
    }

    private static Optional<String> fault(Message message, Pattern names) {
        if (message.code().contains("SettingName")
                || ELSEWHERE.matcher(message.text()).find()) {
            return Optional.empty();
        }
        boolean isOneForm = BUILDER.matcher(message.text()).find()
                || Stream.of(message.text().split("\t", -1))
                        .filter(text -> text.indexOf(' ') >= 0)
                        .anyMatch(text -> names.matcher(text).find()
                                || ADVICE.matcher(text).find());
        return isOneForm ? Optional.of(message.where() + ": " + message.text().replace("\t", "")) : Optional.empty();
    }

    /** With "must be", a setter refuses its argument, and {@code TextSettings} says whose. */
    private static Pattern inSentences(Set<String> names) {
        return Pattern.compile("(?<!\\w)(?:" + String.join("|", names) + ")\\b(?! must)");
    }

    @Test
    void messagesNameSettingsInTheFormOfEachReader() throws IOException {
        Pattern names = inSentences(unmistakable());
        List<Message> messages = JavaMessages.all();
        assertThat(messages).hasSizeGreaterThan(500);
        assertThat(messages)
                .filteredOn(message -> !message.where().matches(COMPOSED))
                .flatExtracting(message -> fault(message, names).stream().toList())
                .isEmpty();
    }

    /** So that the test above can fail. */
    @Test
    void messageThatNamesASettingInOneFormOnlyIsFound() {
        Pattern names = inSentences(unmistakable());
        for (String fault : List.of(
                "\"raise JavaSerializationCodec.builder().maxBytes.\"",
                "\"add it with SessionSettings.alsoRead.\"",
                "\"the limit (CompressedStore.Builder.maxBytes) leaves \" + most",
                "\"the session takes \" + bytes + \" bytes: raise maxLoadBytes\"",
                "id + \" was changed. Raise SessionSettings.maxConflicts, or \"\n + \"write less often.\"",
                "\"store empty sessions (storeEmptySessions).\"",
                "\" ms: raise timeout, or store less in sessions\"")) {
            assertThat(JavaMessages.of("A.java", "{ // raise\n throw new X(" + fault + "); }"))
                    .singleElement()
                    .satisfies(message -> assertThat(fault(message, names))
                            .as(fault)
                            .hasValueSatisfying(found -> assertThat(found).startsWith("A.java:2: ")));
        }
        for (String good : List.of(
                "\" ms: raise \" + SettingName.TIMEOUT + \", or store less\"",
                "\"maxLoadBytes must be at least 1 MiB, not \" + bytes",
                "texts.use(\"maxSessionBytes\", \"a b\")")) {
            assertThat(JavaMessages.of("A.java", "throw new X(" + good + ");"))
                    .allSatisfy(message -> assertThat(fault(message, names)).isEmpty());
        }
    }

    @ParameterizedTest
    @EnumSource
    void textAndVariableAndSetterAreThoseOfTheReference(SettingName setting) {
        assertThat(SettingsPage.textNames()).contains(setting.text());
        String variable = EnvironmentNames.nameOf(setting.text());
        assertThat(setting.toString()).startsWith(setting.text() + " (in the environment " + variable);
        Matcher java = JAVA.matcher(setting.java());
        if (setting == SettingName.ALLOWED_TYPES) {
            return; // Several builders have it.
        }
        assertThat(java.matches()).as(setting.java()).isTrue();
        String builder = java.group(1).equals("RedisStore") ? "RedisStoreBuilder" : java.group(1);
        String page = settings();
        int begin = page.indexOf("<!-- settings of " + builder + " -->");
        assertThat(begin).as(builder).isNotNegative();
        Matcher row = Pattern.compile("(?m)^\\| `" + java.group(2) + "` \\|(.*)$")
                .matcher(page.substring(begin, page.indexOf("<!-- to here -->", begin)));
        assertThat(row.find()).as(setting.java()).isTrue();
        assertThat(row.group(1)).contains("`" + setting.text() + "`", "`" + variable + "`");
    }

    @ParameterizedTest
    @EnumSource
    void propertiesOfSpringAndOptionsOfRingAreThoseOfTheCode(SettingName setting) throws IOException {
        if (!setting.spring().isEmpty()) {
            assertThat(OtherBlocksTest.springProperties()).contains(setting.spring());
        }
        if (!setting.ring().isEmpty()) {
            assertThat(Files.readString(RING.resolve("options.clj")) + Files.readString(RING.resolve("connection.clj")))
                    .containsPattern("[\\[ ]" + setting.ring() + "[\\] ]");
        }
    }

    @Test
    void messagesNamePropertiesOfSpringBootThatThereAre() throws IOException {
        Set<String> named = JavaMessages.all().stream()
                .flatMap(message -> Stream.of(message.text().split("\t", -1)))
                .filter(text -> text.indexOf(' ') >= 0) // Else it may be the name of a meter.
                .flatMap(text -> PROPERTY.matcher(text).results().map(it -> it.group()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(named).contains("sojourn.allowed-types").hasSizeGreaterThan(5);
        assertThat(OtherBlocksTest.springProperties()).containsAll(named);
    }
}
