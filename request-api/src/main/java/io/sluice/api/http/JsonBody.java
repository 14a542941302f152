package io.sluice.api.http;

import io.sluice.schemas.codec.ObjectJson;

/** The members of a JSON object, written into one that is open; so an answer can stand alone or inside a batch. */
@FunctionalInterface
public interface JsonBody extends ObjectJson.Members {
    /** The object as bytes. */
    default byte[] bytes() {
        return ObjectJson.bytes(this);
    }
}
