package io.sojourn.benchmarks;

import java.io.File;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which release of each system is measured, as the names of the jars on the class path have it. */
final class Versions {

    private static final Pattern JAR = Pattern.compile(
            "(lettuce-core|jedis|redisson|spring-session-data-redis|spring-data-redis|tomcat-embed-core|sojourn-core)"
                    + "-(\\d.*)\\.jar");

    private Versions() {}

    static Map<String, String> all() {
        Map<String, String> versions = new TreeMap<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Matcher jar = JAR.matcher(new File(entry).getName());
            if (jar.matches()) {
                versions.put(jar.group(1), jar.group(2));
            }
        }
        return versions;
    }
}
