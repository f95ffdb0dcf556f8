using System.Diagnostics.CodeAnalysis;

namespace EventFabric.Abstractions.Tests;

/// <summary>A slot as the engine has one: filled again and again.</summary>
internal sealed class TestSlot : EventSlot<string>, IServiceProvider
{
    private int _event;

    internal override string Id => $"id-{_event}";

    internal override string Type => $"type-{_event}";

    internal override string? Subject => $"subject-{_event}";

    internal override string Source => $"/source-{_event}";

    internal override string? Key => $"key-{_event}";

    internal override DateTimeOffset Time => DateTimeOffset.UnixEpoch.AddSeconds(_event);

    internal override int Attempt => _event;

    internal override string Channel => $"channel-{_event}";

    internal override string Subscription => $"subscription-{_event}";

    internal override EventPosition Position => new("orders", "0", _event, 0, null);

    internal override EventHeaders Headers => new(
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["tenant"] = $"tenant-{_event}" }, this, Version);

    internal override IServiceProvider Services => this;

    internal Action? WhileRead { get; set; }

    public object? GetService(Type serviceType) => serviceType == typeof(string) ? $"service-{_event}" : null;

    internal override bool TryGetNative<TNative>([NotNullWhen(true)] out TNative? native)
        where TNative : default
    {
        WhileRead?.Invoke();
        native = default;
        if (typeof(TNative) != typeof(int))
        {
            return false;
        }

        native = (TNative)(object)_event;
        return true;
    }

    internal EventContext<string> Fill(int number)
    {
        Version++;
        _event = number;
        Payload = $"data-{number}";
        return new EventContext<string>(this, Version);
    }

    internal void Return() => Version++;
}
