"""A run's bill for people and for programs."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from millrace.aws import Aws
from millrace.costing import Bill, Prices, load_prices, make_bill
from millrace.costing.bill import Known
from millrace.costing.crawls import told_crawls
from millrace.costing.functions import function_sizes
from millrace.runs import build_tree, read_history


def bill_of_run(aws: Aws, execution_arn: str) -> Bill:
    """Price a run by the table that ships with the command."""
    states = build_tree(read_history(aws, execution_arn))
    return make_bill(states, load_prices(), Known(function_sizes(aws), told_crawls(aws)))


def bill_line(*bills: Bill) -> str:
    """One line for the summary of one run or several."""
    dollars = sum(bill.dollars for bill in bills)
    return f"about ${dollars:.4f} on AWS, {_dated(load_prices())}"


def bill_table(bill: Bill) -> Table:
    """What each state used and cost."""
    table = Table("state", "service", "used", "dollars")
    for item in bill.items:
        dollars = "price unknown" if item.dollars is None else f"{item.dollars:.6f}"
        table.add_row(item.state, item.service, item.used, dollars)
    table.add_section()
    table.add_row("total", "", "", f"{bill.dollars:.6f}")
    table.caption = f"{_dated(load_prices())}; without storage, requests and transfer"
    return table


def bill_document(run_id: str, bill: Bill) -> dict[str, Any]:
    """The same for programs, with the table's date and sources."""
    prices = load_prices()
    return {
        "run_id": run_id,
        "dollars": round(bill.dollars, 6),
        "items": bill.items,
        "price_unknown": bill.unknown,
        "prices": {
            "region": prices.region,
            "as_of": prices.as_of.isoformat(),
            "sources": prices.sources,
        },
    }


def _dated(prices: Prices) -> str:
    return f"list prices of {prices.region}, {prices.as_of.isoformat()}"
