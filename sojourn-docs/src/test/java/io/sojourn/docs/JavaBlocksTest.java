package io.sojourn.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each block of Java in the pages compiles. */
class JavaBlocksTest {

    @TempDir
    Path classes;

    static Stream<CodeBlock> blocks() {
        return Page.blocksIn("java");
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void blockCompiles(CodeBlock block) {
        assertThat(new JavaSnippet(block).compile(classes)).isEmpty();
    }

    /** And the surroundings do not hide it. */
    @Test
    void thereAreBlocksAndAWrongOneIsFound() {
        assertThat(blocks()).hasSizeGreaterThan(20);
        CodeBlock wrong = new CodeBlock("README.md", 1, "java", "sessions.revokeEverything(\"ada\");\n");
        assertThat(new JavaSnippet(wrong).compile(classes))
                .singleElement()
                .asString()
                .contains("cannot find symbol");
    }
}
