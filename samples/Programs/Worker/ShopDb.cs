using Microsoft.EntityFrameworkCore;

public sealed class ShopDb(DbContextOptions<ShopDb> options) : DbContext(options)
{
    public DbSet<Charge> Charges => Set<Charge>();
}

public sealed record Charge(string Id, string OrderId, decimal Amount);
