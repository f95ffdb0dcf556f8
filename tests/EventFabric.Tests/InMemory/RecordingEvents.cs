using EventFabric.Drivers;
using Xunit;

namespace EventFabric.Tests.InMemory;

/// <summary>An engine that keeps what it was told, and answers when the test says so.</summary>
internal sealed class RecordingEvents : IReceiverEvents
{
    private TaskCompletionSource? _answer;

    /// <summary>Whether revocations are answered at once.</summary>
    public bool Agrees { get; set; } = true;

    public List<Ownership> Owned { get; } = [];

    public List<Ownership> Asked { get; } = [];

    public List<Ownership> Gone { get; } = [];

    public List<ChannelState> States { get; } = [];

    public CancellationToken Grace { get; private set; }

    public IReadOnlyList<int> OwnedPartitions => [.. Owned.Where(static part => !part.IsLost).Select(static part => part.Index).Order()];

    public void Assigned(IReadOnlyList<Ownership> added)
    {
        Assert.NotEmpty(added);
        Assert.DoesNotContain(added, static part => part.IsLost);
        Owned.AddRange(added);
    }

    public async ValueTask RevokingAsync(IReadOnlyList<Ownership> leaving, CancellationToken graceEnds)
    {
        Asked.AddRange(leaving);
        Grace = graceEnds;
        if (Agrees) return;
        _answer = new TaskCompletionSource();
        await _answer.Task;
    }

    public void Agree() => _answer!.SetResult();

    public void Lost(IReadOnlyList<Ownership> gone, Exception? cause) => Gone.AddRange(gone);

    public void StateChanged(ChannelState state, Exception? cause) => States.Add(state);
}
