using EventFabric;
using Shop.Contracts;

public sealed class SendMail(IMailbox mailbox) : IEventHandler<OrderPlaced>
{
    public async ValueTask<Settlement> HandleAsync(EventContext<OrderPlaced> context, CancellationToken cancellationToken)
    {
        await mailbox.SendAsync($"Thank you for order {context.Data.OrderId}.", cancellationToken);
        return Settlement.Ack;
    }
}

public interface IMailbox
{
    Task SendAsync(string text, CancellationToken cancellationToken);
}

/// <summary>Stands for a mail server.</summary>
public sealed class ConsoleMailbox : IMailbox
{
    public Task SendAsync(string text, CancellationToken cancellationToken) => Console.Out.WriteLineAsync(text.AsMemory(), cancellationToken);
}
