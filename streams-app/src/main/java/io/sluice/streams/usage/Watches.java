package io.sluice.streams.usage;

/** What is told of each minute that ends. */
record Watches(SpikeWatch spikes, BurnWatch burn) {}
