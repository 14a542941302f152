package io.sluice.schemas.contract;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

/** The JSON Schemas as a reader finds them: by their places, to which the references in them are relative. */
final class JsonSchemas {
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private JsonSchemas() {}

    static Schema schema(String name) {
        return SCHEMAS.getSchema(SchemaLocation.of("classpath:io/sluice/schemas/json-schema/" + name));
    }
}
