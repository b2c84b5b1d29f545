package io.sojourn.servlet.balancer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page on load balancers, whose blocks are tested as they stand there. */
final class Page {

    private static final Path PAGE = Path.of("../docs/load-balancers.md");

    private Page() {}

    /** The block below that heading. */
    static String block(String heading) throws IOException {
        Matcher block = Pattern.compile(
                        "^### " + Pattern.quote(heading) + "$(?:(?!^#).)*?^```\\w+\n(.*?)^```$",
                        Pattern.MULTILINE | Pattern.DOTALL)
                .matcher(Files.readString(PAGE));
        if (!block.find()) {
            throw new AssertionError(PAGE + " has no block below the heading " + heading);
        }
        return block.group(1);
    }
}
