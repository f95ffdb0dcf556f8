using NATS.Client.Core;

namespace EventFabric.Nats.Sending;

/// <summary>Sends by the connection that a <see cref="SendPath"/> keeps.</summary>
internal interface ISendUser
{
    /// <summary>There is a connection: whoever sends may do so by it, as long as it lasts.</summary>
    Task UpAsync(NatsConnection connection, CancellationToken cancellationToken);

    /// <summary>
    /// The connection is gone for good: what was not sent by it will not be, and answers will not come. Neither throws nor blocks; told more than once.
    /// </summary>
    void Down(NatsConnection connection);
}
