package io.sojourn.spring.boot;

import io.sojourn.spring.boot.app.TestApplication;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the application as a developer does. Devtools restart only what was started by a {@code main} method. */
final class DevtoolsApplication {

    /** The beginning of the line with the port. */
    static final String PORT = "Listening on ";

    private DevtoolsApplication() {}

    /** Is called again at each restart. */
    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(TestApplication.class);
        application.addInitializers(new ChosenServer());
        ConfigurableApplicationContext context = application.run(arguments);
        System.out.println(PORT + context.getEnvironment().getProperty("local.server.port"));
    }
}
