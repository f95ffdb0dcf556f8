namespace EventFabric.Performance.Harness;

/// <summary>What one window came to.</summary>
/// <param name="Events">Events done.</param>
/// <param name="Seconds">Wall time.</param>
/// <param name="CpuSeconds">Processor time of the whole process.</param>
/// <param name="Bytes">Bytes allocated by the whole process.</param>
internal readonly record struct Sample(long Events, double Seconds, double CpuSeconds, long Bytes)
{
    public double EventsPerSecond => Events / Seconds;

    public double BytesPerEvent => (double)Bytes / Events;

    public double CpuMicrosecondsPerEvent => CpuSeconds * 1e6 / Events;
}
