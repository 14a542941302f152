/** What operators deploy beside Sluice: alerts, dashboards, runbooks. */
package io.sluice.cli.deploy;
