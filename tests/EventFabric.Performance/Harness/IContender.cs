namespace EventFabric.Performance.Harness;

/// <summary>One of the two sides of a comparison. Used by one caller at a time; set up once and measured in many windows.</summary>
internal interface IContender : IAsyncDisposable
{
    /// <summary>What else there is to say about the last window. Null: nothing.</summary>
    string? Note => null;

    /// <summary>Builds what the windows need; not measured.</summary>
    ValueTask StartAsync();

    /// <summary>Works until <see cref="Window.IsOver"/>, and ends when everything that was begun is done.</summary>
    /// <returns>How many events were done from beginning to end.</returns>
    ValueTask<long> RunAsync(Window window);
}
