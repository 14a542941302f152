package io.sluice.schemas.request;

import io.sluice.schemas.WireException;

/** The target of a request, in the terms of HTTP; every part may be empty. */
public record Route(String method, String path, String host) {
    public static final int METHOD_CHARS_MAX = 32;
    public static final int PATH_CHARS_MAX = 2_048;
    public static final int HOST_CHARS_MAX = 255;
    public static final Route NONE = new Route("", "", "");

    /** A checked route. */
    public static Route checked(String method, String path, String host) throws WireException {
        Texts.check("route.method", method, 0, METHOD_CHARS_MAX);
        Texts.check("route.path", path, 0, PATH_CHARS_MAX);
        Texts.check("route.host", host, 0, HOST_CHARS_MAX);
        return new Route(method, path, host);
    }
}
