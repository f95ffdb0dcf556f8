namespace EventFabric.Performance.Harness;

/// <summary>What is reported of one comparison. Ratios are ours divided by the peer's throughput, of neighbouring windows.</summary>
internal sealed record Row(
    string Scenario,
    string Variant,
    string Peer,
    double Ratio,
    double RatioLow,
    double RatioHigh,
    double EventsPerSecond,
    double PeerEventsPerSecond,
    double NanosecondsPerEvent,
    double CpuMicrosecondsPerEvent,
    double PeerCpuMicrosecondsPerEvent,
    double BytesPerEvent,
    double PeerBytesPerEvent,
    double P50Microseconds,
    double P99Microseconds,
    double PeerP50Microseconds,
    double PeerP99Microseconds,
    string? Note);
