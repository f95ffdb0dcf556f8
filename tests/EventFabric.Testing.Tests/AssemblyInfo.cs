using Xunit.v3;

// Most of these tests wait for what does not happen: they need no processor while they do.
[assembly: Parallelization(MaxThreads = 6)]
