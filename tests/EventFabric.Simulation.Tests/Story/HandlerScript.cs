namespace EventFabric.Simulation.Story;

internal enum HandlerAct
{
    Ack,
    AckLater,
    Throw,
    ThrowLater,
    ThrowFinal,
    Retry,
    RetryLater,
    Unspecified,
    DeadLetter,
    Drop,

    /// <summary>Until its token is cancelled.</summary>
    Hang,

    /// <summary>Beyond its timeout, whatever its token says.</summary>
    Ignore,
}

/// <summary>What the handlers of a group do with an event, call by call.</summary>
internal sealed class HandlerScript
{
    private readonly HandlerAct[] _acts;

    public HandlerScript(Random random, StorySettings settings)
    {
        Delay = TimeSpan.FromMilliseconds(random.Next(1, 250));
        var last = random.Next(2) == 0 ? HandlerAct.Ack : HandlerAct.AckLater;
        if (random.Next(100) >= settings.Trouble)
        {
            _acts = [last];
            return;
        }

        var failures = random.Next(4) == 0 ? settings.MaxAttempts + random.Next(0, 3) : random.Next(1, 3);
        _acts = new HandlerAct[failures + 1];
        for (var i = 0; i < failures; i++)
            _acts[i] = Failure(random);
        _acts[failures] = random.Next(6) switch
        {
            0 => HandlerAct.DeadLetter,
            1 => HandlerAct.Drop,
            2 => HandlerAct.ThrowFinal,
            _ => last,
        };
    }

    public TimeSpan Delay { get; }

    /// <summary>Whether a call outlives its timeout.</summary>
    public bool Outlives => _acts.Contains(HandlerAct.Ignore);

    /// <param name="call">How many calls there were before.</param>
    public HandlerAct this[int call] => _acts[Math.Min(call, _acts.Length - 1)];

    /// <summary>How many calls it takes, when each is one and nothing is in the way.</summary>
    public int Calls(StorySettings settings)
    {
        for (var call = 0; ; call++)
        {
            if (this[call] is HandlerAct.Ack or HandlerAct.AckLater or HandlerAct.DeadLetter or HandlerAct.Drop or HandlerAct.ThrowFinal)
                return call + 1;
            if (settings.OnExhausted != ExhaustedPolicy.Block && call + 1 >= settings.MaxAttempts)
                return call + 1;
        }
    }

    private static HandlerAct Failure(Random random) => random.Next(10) switch
    {
        0 or 1 or 2 => HandlerAct.Throw,
        3 or 4 => HandlerAct.ThrowLater,
        5 => HandlerAct.Retry,
        6 => HandlerAct.RetryLater,
        7 => HandlerAct.Unspecified,
        8 => HandlerAct.Hang,
        _ => HandlerAct.Ignore,
    };
}
