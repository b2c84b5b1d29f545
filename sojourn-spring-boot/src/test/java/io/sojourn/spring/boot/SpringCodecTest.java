package io.sojourn.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sojourn.UnreadableValueException;
import io.sojourn.ValueNotAcceptedException;
import io.sojourn.spring.SpringCodec;
import io.sojourn.spring.boot.app.Order;
import jakarta.servlet.http.Cookie;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.MutablePropertyValues;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.LockedException;
import org.springframework.security.authentication.RememberMeAuthenticationToken;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.OidcUserInfo;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUserAuthority;
import org.springframework.security.oauth2.core.user.DefaultOAuth2User;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.security.web.csrf.DefaultCsrfToken;
import org.springframework.security.web.savedrequest.DefaultSavedRequest;
import org.springframework.util.ClassUtils;
import org.springframework.validation.BindingResult;
import org.springframework.validation.FieldError;
import org.springframework.web.bind.WebDataBinder;
import org.springframework.web.servlet.FlashMap;

/** What Spring and Spring Security put into sessions comes back from the codec, and nothing else does. */
class SpringCodecTest {

    private static final List<GrantedAuthority> ROLES = List.of(new SimpleGrantedAuthority("ROLE_USER"));
    private static final byte SERIALIZED = 3;

    private final SpringCodec codec = SpringCodec.builder().build();

    static Stream<Object> whatSpringStores() throws MalformedURLException {
        User user = new User("ada", "", ROLES);
        return Stream.of(
                context(new UsernamePasswordAuthenticationToken(user, null, ROLES)),
                context(new RememberMeAuthenticationToken("key", user, ROLES)),
                context(new PreAuthenticatedAuthenticationToken(user, "", ROLES)),
                context(new OAuth2AuthenticationToken(
                        new DefaultOAuth2User(ROLES, Map.of("login", "ada", "id", 7), "login"), ROLES, "github")),
                context(openId()),
                new DefaultCsrfToken("X-CSRF-TOKEN", "_csrf", "token"),
                authorizationRequest(),
                Map.of("state", authorizationRequest()),
                flash(),
                new ArrayList<>(List.of(flash(), flash())),
                TimeZone.getTimeZone("Europe/Vienna"),
                TimeZone.getTimeZone("GMT+2"),
                Locale.GERMANY,
                new URL("https://provider.example/"));
    }

    private static SecurityContextImpl context(AbstractAuthenticationToken token) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/");
        token.setDetails(new WebAuthenticationDetails(request));
        return new SecurityContextImpl(token);
    }

    private static OAuth2AuthenticationToken openId() throws MalformedURLException {
        Map<String, Object> claims = Map.of(
                "sub",
                "grace",
                "iss",
                new URL("https://provider.example/"),
                "aud",
                List.of("shop"),
                "iat",
                Instant.EPOCH);
        OidcIdToken token = new OidcIdToken("value", Instant.EPOCH, Instant.EPOCH.plusSeconds(60), claims);
        OidcUserInfo info = new OidcUserInfo(Map.of("sub", "grace", "email", "grace@example.org"));
        Set<GrantedAuthority> authorities = new LinkedHashSet<>(ROLES);
        authorities.add(new OidcUserAuthority(token, info));
        return new OAuth2AuthenticationToken(new DefaultOidcUser(authorities, token, info), authorities, "test");
    }

    private static OAuth2AuthorizationRequest authorizationRequest() {
        return OAuth2AuthorizationRequest.authorizationCode()
                .authorizationUri("https://provider.example/authorize")
                .clientId("shop")
                .redirectUri("https://shop.example/login/oauth2/code/test")
                .scopes(Set.of("openid"))
                .state("state")
                .attributes(Map.of("registration_id", "test", "nonce", "nonce"))
                .build();
    }

    private static FlashMap flash() {
        FlashMap flash = new FlashMap();
        flash.put("message", "saved");
        flash.setTargetRequestPath("/done");
        flash.addTargetRequestParam("id", "7");
        flash.startExpirationPeriod(180);
        return flash;
    }

    @ParameterizedTest
    @MethodSource("whatSpringStores")
    void whatSpringStoresComesBackEqual(Object value) {
        Object read = codec.decode("a", codec.encode("a", value));
        assertThat(read).hasSameClassAs(value).usingRecursiveComparison().isEqualTo(value);
        assertThat(codec.encode("a", read)).isEqualTo(codec.encode("a", value));
    }

    @Test
    void savedRequestComesBackWithItsParametersAndHeadersInAnyCase() {
        MockHttpServletRequest request = new MockHttpServletRequest("POST", "/order");
        request.addParameter("item", "tea", "biscuits");
        request.addHeader("X-Asked", "yes");
        request.setCookies(new Cookie("theme", "dark"));
        request.addPreferredLocale(Locale.CANADA_FRENCH);
        DefaultSavedRequest saved = new DefaultSavedRequest(request, "continue");
        DefaultSavedRequest read = (DefaultSavedRequest) codec.decode("a", codec.encode("a", saved));
        assertThat(read.getRedirectUrl()).isEqualTo(saved.getRedirectUrl());
        assertThat(read.getHeaderValues("x-asked")).containsExactly("yes");
        assertThat(read.getParameterValues("item")).containsExactly("tea", "biscuits");
        assertThat(read.getCookies()).hasSize(1);
        assertThat(read.getLocales()).contains(Locale.CANADA_FRENCH);
    }

    @Test
    void authorizedClientComesBackWithItsTokensAndRegistration() {
        ClientRegistration registration = ClientRegistration.withRegistrationId("test")
                .clientId("shop")
                .clientSecret("secret")
                .authorizationGrantType(AuthorizationGrantType.AUTHORIZATION_CODE)
                .redirectUri("{baseUrl}/login/oauth2/code/{registrationId}")
                .authorizationUri("https://provider.example/authorize")
                .tokenUri("https://provider.example/token")
                .scope("openid")
                .build();
        OAuth2AuthorizedClient client = new OAuth2AuthorizedClient(
                registration,
                "grace",
                new OAuth2AccessToken(
                        OAuth2AccessToken.TokenType.BEARER,
                        "access",
                        Instant.EPOCH,
                        Instant.EPOCH.plusSeconds(60),
                        Set.of("openid")),
                new OAuth2RefreshToken("refresh", Instant.EPOCH));
        Map<?, ?> read = (Map<?, ?>) codec.decode("a", codec.encode("a", new HashMap<>(Map.of("test", client))));
        OAuth2AuthorizedClient back = (OAuth2AuthorizedClient) read.get("test");
        assertThat(back).usingRecursiveComparison().isEqualTo(client);
    }

    static Stream<RuntimeException> whatSpringSecurityThrows() {
        return Stream.of(
                new BadCredentialsException("no"),
                new LockedException("no"),
                new AccessDeniedException("no"),
                new OAuth2AuthenticationException(new OAuth2Error("invalid_request", "no", "https://e"), "no"));
    }

    @ParameterizedTest
    @MethodSource("whatSpringSecurityThrows")
    void exceptionComesBackWithItsClassAndMessage(RuntimeException thrown) {
        Exception read = (Exception) codec.decode("a", codec.encode("a", thrown));
        assertThat(read).hasSameClassAs(thrown).hasMessage(thrown.getMessage());
        assertThat(read.getStackTrace()).isEmpty();
    }

    @Test
    void causeOfAnotherClassKeepsItsNameAndMessage() {
        LockedException thrown = new LockedException("no", new OfTheApplication("because"));
        Exception read = (Exception) codec.decode("a", codec.encode("a", thrown));
        assertThat(read.getCause()).hasMessageContaining("OfTheApplication").hasMessageContaining("because");
    }

    /** Login pages cast the attribute, and show its message. */
    @Test
    void exceptionOfALoginOfTheApplicationComesBackAsOneOfALoginWithItsMessage() {
        Object read = codec.decode("a", codec.encode("a", new WrongCaptcha("Type the letters again")));
        assertThat(read)
                .isInstanceOfSatisfying(
                        AuthenticationException.class,
                        thrown -> assertThat(thrown)
                                .hasMessage("Type the letters again")
                                .hasNoCause());
        SpringCodec allowing =
                SpringCodec.builder().allow(WrongCaptcha.class.getName()).build();
        assertThat(allowing.decode("a", allowing.encode("a", new WrongCaptcha("no"))))
                .isInstanceOf(WrongCaptcha.class);
    }

    /** A form that was filled in wrongly shows it after a redirect: the errors are a flash attribute. */
    @Test
    void errorsOfAFormComeBackWithTheFormAndItsFields() {
        SpringCodec allowing = SpringCodec.builder().allow(Form.class.getName()).build();
        Form form = new Form();
        WebDataBinder binder = new WebDataBinder(form, "form");
        binder.bind(new MutablePropertyValues(Map.of("count", "three", "item", "tea")));
        binder.getBindingResult().rejectValue("item", "scarce", new Object[] {"tea", 3}, "There is no tea");
        binder.getBindingResult().recordFieldValue("count", int.class, 3);
        FlashMap flash = new FlashMap();
        flash.put(BindingResult.MODEL_KEY_PREFIX + "form", binder.getBindingResult());

        FlashMap read = (FlashMap) allowing.decode("a", allowing.encode("a", flash));
        BindingResult errors = (BindingResult) read.get(BindingResult.MODEL_KEY_PREFIX + "form");
        assertThat(errors).isNotNull();
        assertThat(errors.getFieldErrors()).extracting(FieldError::getField).containsExactly("count", "item");
        assertThat(errors.getFieldError("count")).isNotNull().satisfies(error -> {
            assertThat(error.getRejectedValue()).isEqualTo("three");
            assertThat(error.getCode()).isEqualTo("typeMismatch");
        });
        assertThat(errors.getFieldError("item"))
                .isNotNull()
                .satisfies(error -> assertThat(error.getDefaultMessage()).isEqualTo("There is no tea"));
        assertThat(errors.getFieldValue("item")).isEqualTo("tea");
        assertThat(errors.getFieldType("count")).isEqualTo(int.class);
    }

    @Test
    void passwordThatWasTypedIsNotStoredWithTheExceptionOfTheLogin() throws ReflectiveOperationException {
        BadCredentialsException thrown = new BadCredentialsException("no");
        Class<?> holder = AuthenticationException.class;
        UsernamePasswordAuthenticationToken attempt =
                UsernamePasswordAuthenticationToken.unauthenticated("ada", "the password");
        try {
            holder.getMethod("setAuthenticationRequest", Authentication.class).invoke(thrown, attempt);
        } catch (NoSuchMethodException olderVersion) {
            thrown.addSuppressed(new IllegalStateException(olderVersion));
        }
        byte[] bytes = codec.encode("a", thrown);
        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("the password");
    }

    @Test
    void eachClassOfTheListThatIsThereLoadsByItsName() {
        ClassLoader loader = SpringCodecTest.class.getClassLoader();
        List<String> found = SpringCodec.builtInTypes().stream()
                .filter(name -> ClassUtils.isPresent(name, loader))
                .toList();
        assertThat(found)
                .hasSizeGreaterThan(180)
                .contains(SecurityContextImpl.class.getName(), FlashMap.class.getName());
    }

    /** They are private, and versions of Spring differ in their names. */
    @Test
    void errorsThatBeanValidationMakesAreKnown() throws IOException {
        String found = "classpath*:org/springframework/validation/beanvalidation/SpringValidatorAdapter$*Error.class";
        List<String> names = Stream.of(new PathMatchingResourcePatternResolver().getResources(found))
                .map(resource -> "org.springframework.validation.beanvalidation."
                        + String.valueOf(resource.getFilename()).replace(".class", ""))
                .toList();
        assertThat(names).hasSizeGreaterThanOrEqualTo(2);
        assertThat(SpringCodec.builtInTypes()).containsAll(names);
    }

    @Test
    void eachSerializableClassOfSpringSecuritysTokensIsKnown() {
        assertThat(SpringCodec.builtInTypes())
                .contains(
                        UsernamePasswordAuthenticationToken.class.getName(),
                        OAuth2AuthenticationToken.class.getName(),
                        "org.springframework.security.authentication.jaas.JaasAuthenticationToken",
                        "org.springframework.security.authentication.ott.OneTimeTokenAuthenticationToken",
                        "org.springframework.security.saml2.provider.service.authentication.Saml2Authentication",
                        "org.springframework.security.web.webauthn.api.PublicKeyCredentialRequestOptions");
    }

    /** Names that attacks with Java serialization begin or end with. None is on any class path here. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.apache.commons.collections.functors.InvokerTransformer",
                "org.apache.commons.collections4.comparators.TransformingComparator",
                "org.apache.commons.beanutils.BeanComparator",
                "com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl",
                "javax.management.BadAttributeValueExpException",
                "java.rmi.server.UnicastRemoteObject",
                "org.springframework.beans.factory.ObjectFactory",
                "org.springframework.aop.framework.AdvisedSupport",
                "org.springframework.core.SerializableTypeWrapper$MethodInvokeTypeProvider",
                "com.mchange.v2.c3p0.PoolBackedDataSource",
                "org.codehaus.groovy.runtime.MethodClosure",
                "java.lang.ProcessBuilder",
                "sun.reflect.annotation.AnnotationInvocationHandler"
            })
    void classOfAGadgetIsRefusedByItsName(String gadget) throws IOException {
        byte[] bytes = renamed(new Gadget(), gadget);
        assertThatThrownBy(() -> codec.decode("a", bytes))
                .isInstanceOf(UnreadableValueException.class)
                .hasMessageContaining(gadget);
    }

    @Test
    void classThatIsNotAllowedIsNotLoaded() throws IOException {
        byte[] bytes = renamed(new Gadget(), Loaded.class.getName());
        assertThatThrownBy(() -> codec.decode("a", bytes)).isInstanceOf(UnreadableValueException.class);
        assertThat(System.getProperty(Loaded.MARK)).isNull();
    }

    @Test
    void proxyIsRefused() throws IOException {
        Object proxy = Proxy.newProxyInstance(
                SpringCodecTest.class.getClassLoader(), new Class<?>[] {Runnable.class}, new Handler());
        byte[] bytes = serialized(proxy);
        assertThatThrownBy(() -> codec.decode("a", bytes))
                .isInstanceOf(UnreadableValueException.class)
                .hasMessageContaining("Proxy");
    }

    @Test
    void bombOfNestedSetsIsRefusedAtTheLimit() throws IOException {
        Set<Object> root = new HashSet<>();
        Set<Object> one = root;
        Set<Object> two = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            Set<Object> left = new HashSet<>();
            Set<Object> right = new HashSet<>();
            left.add("x");
            one.add(left);
            one.add(right);
            two.add(left);
            two.add(right);
            one = left;
            two = right;
        }
        byte[] bytes = serialized(root);
        assertThatThrownBy(() -> codec.decode("a", bytes)).isInstanceOf(UnreadableValueException.class);
    }

    /** Its lists are within the limits, and hashing the first takes 2 to the power of 50 steps. */
    @Test
    void bombWithinTheLimitsIsRefusedBeforeItIsHashed() throws IOException {
        List<Object> list = new ArrayList<>();
        Set<Object> root = new HashSet<>(List.of(list)); // The list is hashed here, while it is empty.
        for (int i = 0; i < 50; i++) {
            List<Object> inner = new ArrayList<>();
            list.add(inner);
            list.add(inner);
            list = inner;
        }
        byte[] bytes = serialized(root);
        byte[] ofSpringSession = Arrays.copyOfRange(bytes, 1, bytes.length);
        for (ThrowingCallable read : List.<ThrowingCallable>of(
                () -> codec.decode("a", bytes), () -> codec.decodeSerialized("a", ofSpringSession))) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(20),
                    () -> assertThatThrownBy(read)
                            .isInstanceOf(UnreadableValueException.class)
                            .hasMessageContaining("may take too long to read"));
        }
    }

    @Test
    void setThatWouldNotBeReadIsRefusedOnWriting() {
        SpringCodec allowing =
                SpringCodec.builder().allow(Basket.class.getName()).build();
        Basket basket = new Basket();
        for (int i = 0; i < 8_000; i++) {
            basket.items.add(List.of(i, i));
        }
        assertThatThrownBy(() -> allowing.encode("basket", basket))
                .isInstanceOf(ValueNotAcceptedException.class)
                .hasMessageContaining("may take too long to read");
    }

    /** To allow its class would not help. */
    @Test
    void threadAndStreamAreRefusedAsNoData() {
        for (Object resource : List.of(new Thread(() -> {}), new ByteArrayInputStream(new byte[1]), Stream.of(1))) {
            for (Object value : List.of(resource, new ArrayList<>(List.of(resource)))) {
                assertThatThrownBy(() -> codec.encode("it", value))
                        .isInstanceOf(ValueNotAcceptedException.class)
                        .hasMessageContaining(resource.getClass().getName() + " is no data: ")
                        .hasMessageNotContaining("allow");
            }
        }
    }

    @Test
    void classOfTheApplicationIsRefusedWithThePropertyThatAllowsIt() {
        assertThatThrownBy(() -> codec.encode("order", new Order()))
                .isInstanceOf(ValueNotAcceptedException.class)
                .hasMessageContaining(Order.class.getName())
                .hasMessageContaining("sojourn.allowed-types");
        SpringCodec allowing =
                SpringCodec.builder().allow(Order.class.getPackageName()).build();
        Order order = new Order();
        order.setName("Ada");
        assertThat(allowing.decode("order", allowing.encode("order", order)))
                .isInstanceOfSatisfying(
                        Order.class, read -> assertThat(read.getName()).isEqualTo("Ada"));
    }

    @Test
    void recordOfTheApplicationNeedsNotBeSerializable() {
        SpringCodec allowing = SpringCodec.builder().allow(Line.class.getName()).build();
        Line line = new Line("tea", 2);
        assertThat(allowing.decode("a", allowing.encode("a", line))).isEqualTo(line);
        assertThat(allowing.decode("a", allowing.encode("a", new ArrayList<>(List.of(line)))))
                .isEqualTo(List.of(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"java", "java.util", "javax.management", "org", "org.springframework", "com.sun", "a b", ""})
    void packagesOfTheJdkAndAllOfSpringCannotBeAllowed(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpringCodec.builder().allow(name))
                .withMessageContaining(name);
    }

    @Test
    void treeMapThatIgnoresCaseComesBackSo() {
        TreeMap<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.put("Accept", "text/html");
        @SuppressWarnings("unchecked")
        Map<String, String> read = (Map<String, String>) codec.decode("a", codec.encode("a", headers));
        assertThat(read.get("ACCEPT")).isEqualTo("text/html");
    }

    /** The bytes of a value whose class is called otherwise: as an attacker would write them, who has the class. */
    private static byte[] renamed(Serializable value, String name) throws IOException {
        byte[] plain = serialized(value);
        String from = value.getClass().getName();
        String text = new String(plain, StandardCharsets.ISO_8859_1);
        String before = (char) (from.length() >> 8) + "" + (char) (from.length() & 0xff) + from;
        String after = (char) (name.length() >> 8) + "" + (char) (name.length() & 0xff) + name;
        assertThat(text).contains(before);
        return text.replace(before, after).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] serialized(Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(SERIALIZED);
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }

    record Line(String item, int count) {}

    static class Basket implements Serializable {
        private static final long serialVersionUID = 1;
        final HashSet<Object> items = new HashSet<>();
    }

    static class Gadget implements Serializable {
        private static final long serialVersionUID = 1;
    }

    /** Leaves a mark when it is initialised. */
    static class Loaded implements Serializable {
        static final String MARK = "io.sojourn.spring.boot.loaded";
        private static final long serialVersionUID = 1;

        static {
            System.setProperty(
                    "io.sojourn.spring.boot.loaded", Base64.getEncoder().encodeToString(new byte[1]));
        }
    }

    static class Handler implements InvocationHandler, Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) {
            throw new UnsupportedOperationException();
        }
    }

    static class WrongCaptcha extends AuthenticationException {
        private static final long serialVersionUID = 1;

        WrongCaptcha(String message) {
            super(message);
        }
    }

    /** Binding calls its methods by reflection. */
    public static class Form implements Serializable {
        private static final long serialVersionUID = 1;
        private int count;
        private String item = "";

        public int getCount() {
            return count;
        }

        public void setCount(int count) {
            this.count = count;
        }

        public String getItem() {
            return item;
        }

        public void setItem(String item) {
            this.item = item;
        }
    }

    static class OfTheApplication extends RuntimeException {
        private static final long serialVersionUID = 1;

        OfTheApplication(String message) {
            super(message);
        }
    }
}
