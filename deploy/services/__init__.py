"""What stack ``services`` is made of: containers, their roles, how requests reach them, how they scale, the purge."""
