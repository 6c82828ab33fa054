"""What a run cost, or would have cost, on AWS."""

from millrace.costing.bill import Bill, Item, make_bill
from millrace.costing.prices import Prices, load_prices

__all__ = ["Bill", "Item", "Prices", "load_prices", "make_bill"]
