"""The pages: for everybody, for shoppers, sellers, staff and operators."""

from ..web import ROUTES
from . import account, checkout, operator, orders, registration, seller, shopping, staff, wallet

__all__ = [
    "ROUTES",
    "account",
    "checkout",
    "operator",
    "orders",
    "registration",
    "seller",
    "shopping",
    "staff",
    "wallet",
]
