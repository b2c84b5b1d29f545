package io.sojourn.codec.jackson;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import io.sojourn.codec.allow.AllowedClasses;
import io.sojourn.codec.allow.RefusalMessages;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TSFBuilder;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.ConstructorDetector;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.deser.BeanDeserializerBuilder;
import tools.jackson.databind.deser.ValueDeserializerModifier;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Jackson, set up so that it loses nothing, believes nothing, and makes objects of no class that is not allowed. */
final class Mappers {

    private Mappers() {}

    static ObjectMapper cbor(SimpleModule module, AllowedClasses allowed) {
        return configure(CBORMapper.builder(limits(CBORFactory.builder()).build()), module, allowed)
                .build();
    }

    static ObjectMapper json(SimpleModule module, AllowedClasses allowed) {
        return configure(JsonMapper.builder(limits(JsonFactory.builder()).build()), module, allowed)
                .build();
    }

    /** What was written must be read: depth is limited here, and length by what is there. */
    private static <F extends TokenStreamFactory, B extends TSFBuilder<F, B>> B limits(B factory) {
        // Each level of a value has an object for its mark besides its own.
        int depth = 2 * Encoding.MAX_DEPTH + 10;
        // Property names are kept in a table while they are few, as Jackson wants it: without, its CBOR parser fails on
        // some
        // (3.2.2). They are not interned: keys of maps are property names too.
        return factory.disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(depth)
                        .maxStringLength(Integer.MAX_VALUE)
                        .build())
                .streamWriteConstraints(
                        StreamWriteConstraints.builder().maxNestingDepth(depth).build());
    }

    private static <M extends ObjectMapper, B extends MapperBuilder<M, B>> B configure(
            B builder, SimpleModule module, AllowedClasses allowed) {
        return builder.annotationIntrospector(new StructureIntrospector())
                // No constructor or factory method is called for being public and taking one argument: the codec writes
                // nothing that would be read by it.
                .constructorDetector(ConstructorDetector.EXPLICIT_ONLY.withAllowImplicitWithDefaultConstructor(false))
                .addModule(module.setDeserializerModifier(new AllowedOnly(allowed)))
                // Fields are the state; what a getter gives may be something else.
                .changeDefaultVisibility(all -> all.withFieldVisibility(Visibility.ANY)
                        .withGetterVisibility(Visibility.NONE)
                        .withIsGetterVisibility(Visibility.NONE)
                        .withSetterVisibility(Visibility.NONE)
                        .withCreatorVisibility(Visibility.NONE)
                        .withScalarConstructorVisibility(Visibility.NONE))
                .enable(MapperFeature.ALLOW_FINAL_FIELDS_AS_MUTATORS, MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .disable(MapperFeature.USE_GETTERS_AS_SETTERS)
                .disable(
                        SerializationFeature.WRAP_EXCEPTIONS,
                        SerializationFeature.FAIL_ON_EMPTY_BEANS,
                        SerializationFeature.FAIL_ON_SELF_REFERENCES,
                        SerializationFeature.CLOSE_CLOSEABLE)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                // A class may have gained or lost a property since.
                .disable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES,
                        DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                        DeserializationFeature.WRAP_EXCEPTIONS);
    }

    /** The second lock: not even an annotation on an allowed class makes Jackson build an object of another. */
    private static final class AllowedOnly extends ValueDeserializerModifier {

        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // Jackson's base class is Serializable; nobody serializes a mapper
        private final AllowedClasses allowed;

        AllowedOnly(AllowedClasses allowed) {
            this.allowed = allowed;
        }

        @Override
        public BeanDeserializerBuilder updateBuilder(
                DeserializationConfig config, BeanDescription.Supplier bean, BeanDeserializerBuilder builder) {
            if (!allowed.isAllowed(bean.getBeanClass().getName())) {
                throw RefusalMessages.refuse(bean.getBeanClass());
            }
            return builder;
        }
    }
}
