namespace EventFabric.Nats;

/// <summary>Hears of the connection. Neither throws nor blocks.</summary>
internal interface ILinkListener
{
    /// <summary>The connection is gone: answers to what was asked over it will not come.</summary>
    void Down();

    /// <summary>There is a connection again; the client has renewed its subscriptions.</summary>
    void Up();
}
