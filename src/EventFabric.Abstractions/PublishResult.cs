namespace EventFabric;

/// <summary>
/// What became of one published event. Nothing is allocated for it: the texts of <see cref="Id"/> and <see cref="Position"/> are made when they are read.
/// </summary>
public readonly struct PublishResult
{
    private readonly string? _text;
    private readonly Guid _guid;
    private readonly EventPosition _position;
    private readonly bool _hasPosition;

    /// <summary>Makes a result: for publish middleware that answers itself, and for test doubles.</summary>
    /// <param name="id">The CloudEvents id of the event.</param>
    /// <param name="position">Where the broker keeps it, if the broker says so.</param>
    /// <param name="isDuplicate">True when the broker had an event of this id already and dropped this one.</param>
    /// <param name="error">Why the event is not known to be stored; null when it is.</param>
    /// <exception cref="ArgumentNullException"><paramref name="id"/> is null.</exception>
    public PublishResult(string id, EventPosition? position = null, bool isDuplicate = false, EventFabricException? error = null)
    {
        ArgumentNullException.ThrowIfNull(id);
        _text = id;
        _position = position.GetValueOrDefault();
        _hasPosition = position.HasValue;
        IsDuplicate = isDuplicate;
        Error = error;
    }

    internal PublishResult(Guid id, in EventPosition position, bool hasPosition, bool isDuplicate, EventFabricException? error = null)
    {
        _guid = id;
        _position = position;
        _hasPosition = hasPosition;
        IsDuplicate = isDuplicate;
        Error = error;
    }

    /// <summary>The CloudEvents id of the event: the one from <see cref="PublishOptions.Id"/>, or the UUIDv7 that was made for it.</summary>
    public string Id => _text ?? (_guid == Guid.Empty ? string.Empty : _guid.ToString());

    /// <summary>Where the broker keeps the event; null when the broker does not say, and when the event is not stored.</summary>
    public EventPosition? Position => _hasPosition ? _position : null;

    /// <summary>True when the broker had an event of this id already and dropped this one. The event is stored once.</summary>
    public bool IsDuplicate { get; }

    /// <summary>Why the event is not known to be stored; null when it is stored. Set only on the results of a <see cref="PublishException"/>.</summary>
    public EventFabricException? Error { get; }
}
