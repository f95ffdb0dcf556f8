using System.Globalization;
using NATS.Client.Core;

namespace EventFabric.Nats.Sending;

/// <summary>Records that are delivered later, or only for a while: the server's schedules (2.12) and lifetimes (2.11).</summary>
internal static class Delays
{
    /// <summary>Makes the server put the record onto its subject at a time.</summary>
    /// <returns>
    /// The subject on which it waits: one of its own, since a subject has one schedule and a later one replaces an earlier one silently.
    /// </returns>
    internal static string Schedule(NatsHeaders headers, string address, string target, long atMs)
    {
        var at = DateTimeOffset.FromUnixTimeMilliseconds(atMs);
        headers[HeaderNames.Schedule] = "@at " + at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        headers[HeaderNames.ScheduleTarget] = target;
        return $"{address}.delay.{Guid.CreateVersion7(at):N}";
    }

    /// <summary>Makes the server drop the record after a time; it counts whole seconds, at least one.</summary>
    internal static void Expire(NatsHeaders headers, long atMs, DateTimeOffset now)
    {
        var seconds = Math.Max(1, (long)Math.Ceiling((atMs - now.ToUnixTimeMilliseconds()) / 1000.0));
        headers[HeaderNames.Ttl] = string.Create(CultureInfo.InvariantCulture, $"{seconds}s");
    }
}
