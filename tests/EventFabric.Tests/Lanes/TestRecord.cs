using EventFabric.Lanes;

namespace EventFabric.Tests.Lanes;

/// <summary>A record with a number and nothing else.</summary>
internal sealed class TestRecord : LaneRecord
{
    public TestRecord(int number, int? key = null, int bytes = 1)
    {
        Number = number;
        (IsKeyed, Key, Bytes) = (key is not null, (ulong)(key ?? 0), bytes);
    }

    public int Number { get; }

    public override string ToString() => $"{Number}{(IsKeyed ? $"/{Key}" : "")} {Stage}";
}
