"""What the templates' resources cost a month: prices, what is counted, the traffic assumed, the bill, the document."""
