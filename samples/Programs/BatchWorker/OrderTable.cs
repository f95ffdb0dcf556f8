public sealed record OrderRow(string Id, string OrderId, decimal Total);

public interface IOrderTable
{
    Task InsertAsync(IReadOnlyList<OrderRow> rows, CancellationToken cancellationToken);
}

/// <summary>Stands for the database's client.</summary>
public sealed class CountingOrderTable : IOrderTable
{
    private int _rows;

    public int Rows => Volatile.Read(ref _rows);

    public Task InsertAsync(IReadOnlyList<OrderRow> rows, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref _rows, rows.Count);
        return Task.CompletedTask;
    }
}
