package io.sojourn.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sojourn.codec.allow.AllowedClasses;
import io.sojourn.codec.shop.Shop;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JacksonCodecBuilderTest {

    @Test
    void withoutSettingsItIsCborAndAllowsNoApplicationClass() {
        JacksonCodec codec = JacksonCodec.create();
        assertThat(codec.id()).isEqualTo(JacksonCodec.CBOR_ID).isEqualTo(1);
        assertThat(codec.allowedPackages()).isEmpty();
        assertThat(codec.allowedClasses()).isEmpty();
        assertThat(codec.aliases()).isEmpty();
        assertThat(codec.trustsClasses()).isFalse();
        assertThat(JacksonCodec.builder().json().build().id())
                .isEqualTo(JacksonCodec.JSON_ID)
                .isEqualTo(2);
    }

    @Test
    void whatWasSetCanBeReadAndIsFixed() {
        JacksonCodec.Builder builder = JacksonCodec.builder()
                .json()
                .allow("com.acme.shop")
                .allow(Shop.Item.class)
                .alias(Shop.Sku.class, "sku")
                .trustClasses();
        JacksonCodec codec = builder.build();
        builder.allow("com.acme.later");
        assertThat(codec.allowedPackages()).containsExactly("com.acme.shop");
        assertThat(codec.allowedClasses()).containsExactly(Shop.Item.class.getName(), Shop.Sku.class.getName());
        assertThat(codec.aliases()).containsExactly(Map.entry(Shop.Sku.class.getName(), "sku"));
        assertThat(codec.trustsClasses()).isTrue();
        assertThat(codec)
                .hasToString("JacksonCodec[JSON, packages [com.acme.shop], classes [" + Shop.Item.class.getName() + ", "
                        + Shop.Sku.class.getName() + "], aliases {" + Shop.Sku.class.getName()
                        + "=sku}, trusts classes]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "com.acme.*",
                ".com",
                "com.",
                "com..acme",
                "com acme",
                "java",
                "java.util",
                "jdk",
                "sun.misc",
                "com.sun",
                "javax",
                "javax.naming",
                "javax.naming.spi",
                "javax.management",
                "javax.security",
                "javax.swing",
                "org.w3c.dom",
                "org.ietf.jgss",
                "netscape"
            })
    void aPackageThatIsNoneOrTheJdksIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JacksonCodec.builder().allow(name));
    }

    @Test
    void aPackageDoesNotAllowOnesWhoseNameOnlyBeginsLikeIt() {
        AllowedClasses allowed = new AllowedClasses();
        allowed.addPackage("com.acme");
        allowed.addClass(Shop.class);
        assertThat(allowed.isAllowed("com.acme.Cart")).isTrue();
        assertThat(allowed.isAllowed("com.acme.shop.Cart$Item")).isTrue();
        assertThat(allowed.isAllowed("com.acmeevil.Cart")).isFalse();
        assertThat(allowed.isAllowed("com.acme")).isFalse();
        assertThat(allowed.isAllowed("com.acme.")).isFalse();
        assertThat(allowed.isAllowed(Shop.Item.class.getName())).isTrue();
        assertThat(allowed.isAllowed(Shop.class.getName() + "Evil")).isFalse();
        assertThat(allowed.isAllowed("com.acme." + "x".repeat(2_000))).isFalse();
    }

    @Test
    void aPackageThatTheJdkHasAPartOfDoesNotAllowThatPart() {
        AllowedClasses allowed = new AllowedClasses();
        allowed.addPackage("com");
        assertThat(allowed.isAllowed("com.acme.Cart")).isTrue();
        assertThat(allowed.isAllowed("com.sun.rowset.JdbcRowSetImpl")).isFalse();
    }

    @Test
    void jakartaFacesIsNotThePartOfTheJdkThatItsNameSays() {
        AllowedClasses allowed = new AllowedClasses();
        allowed.addPackage("com.sun.faces.util");
        assertThat(allowed.isAllowed("com.sun.faces.util.LRUMap")).isTrue();
        assertThat(allowed.isAllowed("com.sun.facesevil.Gadget")).isFalse();
    }

    @Test
    void classesOfTheJdkAreRefusedButForEnums() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JacksonCodec.builder().allow(ProcessBuilder.class))
                .withMessageContaining("class of the JDK");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> JacksonCodec.builder().allow(int[].class));
        JacksonCodec codec =
                JacksonCodec.builder().allow(StandardOpenOption.class).build();
        assertThat(codec.decode("it", codec.encode("it", StandardOpenOption.READ)))
                .isEqualTo(StandardOpenOption.READ);
    }

    @Test
    void anAliasStandsForOneClassAndAClassHasOne() {
        JacksonCodec.Builder builder = JacksonCodec.builder().alias(Shop.Item.class, "item");
        builder.alias(Shop.Item.class, "item");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.alias(Shop.Item.class, "other"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.alias(Shop.Sku.class, "item"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.alias(Shop.Sku.class, "a b"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.alias(Shop.Sku.class, ""));
        assertThat(builder.build().aliases()).containsOnlyKeys(Shop.Item.class.getName());
    }

    /** Marks of the JDK's kinds and aliases live apart. */
    @Test
    void anAliasMayBeCalledLikeAKindOfTheJdk() {
        JacksonCodec codec =
                JacksonCodec.builder().alias(Shop.Sku.class, "Long").build();
        assertThat(codec.decode("it", codec.encode("it", new Shop.Sku("a")))).isEqualTo(new Shop.Sku("a"));
        assertThat(codec.decode("it", codec.encode("it", 5L))).isEqualTo(5L);
    }
}
