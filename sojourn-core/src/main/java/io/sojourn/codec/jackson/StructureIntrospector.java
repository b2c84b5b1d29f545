package io.sojourn.codec.jackson;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.introspect.ObjectIdInfo;
import tools.jackson.databind.util.NameTransformer;

/**
 * Lets Jackson work out the structure of an application's class, its properties, their names and how to make one, and
 * keeps the values of the properties for the codec. Annotations that would mix into those values are not followed: type
 * information and object identity, since the codec writes its own, and properties folded into one another.
 */
final class StructureIntrospector extends JacksonAnnotationIntrospector {

    private static final long serialVersionUID = 1L;

    @Override
    public @Nullable Object findSerializer(MapperConfig<?> config, Annotated annotated) {
        Object own = super.findSerializer(config, annotated);
        boolean isValue = annotated instanceof AnnotatedMember && hasAnyGetter(config, annotated) == null;
        return own == null && isValue ? new PropertySerializer(DeclaredType.UNKNOWN) : own;
    }

    @Override
    public @Nullable Object findDeserializer(MapperConfig<?> config, Annotated annotated) {
        Object own = super.findDeserializer(config, annotated);
        boolean isValue = annotated instanceof AnnotatedMember && hasAnySetter(config, annotated) == null;
        return own == null && isValue ? new PropertyDeserializer(DeclaredType.UNKNOWN) : own;
    }

    @Override
    public JsonTypeInfo.@Nullable Value findPolymorphicTypeInfo(MapperConfig<?> config, Annotated annotated) {
        return null;
    }

    @Override
    public @Nullable ObjectIdInfo findObjectIdInfo(MapperConfig<?> config, Annotated annotated) {
        return null;
    }

    @Override
    public @Nullable ReferenceProperty findReferenceType(MapperConfig<?> config, AnnotatedMember member) {
        return null;
    }

    @Override
    public @Nullable NameTransformer findUnwrappingNameTransformer(MapperConfig<?> config, AnnotatedMember member) {
        return null;
    }
}
