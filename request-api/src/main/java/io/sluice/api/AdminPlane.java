package io.sluice.api;

import io.sluice.api.auth.Access;
import io.sluice.client.rules.ControlPlane;

/** What the admin port serves beside operations: rulesets and accounts, to callers with the permission. */
public record AdminPlane(ControlPlane plane, Access access) {}
