package io.sluice.streams.usage;

/** The watches that get each minute that ends. */
record Watches(SpikeWatch spikes, BurnWatch burn) {}
