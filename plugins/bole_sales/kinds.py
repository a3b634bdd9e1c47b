"""The facts of selling, as the sales system and the feedback module report them."""

from __future__ import annotations

from bole import Attribute, AttributeType, Label, ObservationKind

NEW_CUSTOMER = Attribute("new_customer", Label("新客户", "New customer"), AttributeType.FLAG, dimension=True)
CHANNEL = Attribute("channel", Label("渠道", "Channel"), dimension=True)
PRODUCT_LINE = Attribute("product_line", Label("产品线", "Product line"), dimension=True)
REASON = Attribute("reason", Label("原因", "Reason"), dimension=True)
CUSTOMER = Attribute("customer", Label("客户", "Customer"))
DEAL = Attribute("deal", Label("合同", "Deal"))
LEAD = Attribute("lead", Label("商机", "Lead"))

SALE = ObservationKind("sale.closed", Label("成交", "Sale closed"), has_amount=True, attributes=(NEW_CUSTOMER, CHANNEL, PRODUCT_LINE, CUSTOMER, DEAL))
LEAD_CREATED = ObservationKind("lead.created", Label("获得商机", "Lead gained"), attributes=(NEW_CUSTOMER, CHANNEL, CUSTOMER, LEAD))
LEAD_FOLLOWED_UP = ObservationKind(
    "lead.followed_up", Label("首次跟进商机", "Lead first followed up"), answers=True, by_hand=True, attributes=(CUSTOMER, LEAD)
)
LEAD_WON = ObservationKind("lead.won", Label("赢得商机", "Lead won"), by_hand=True, attributes=(NEW_CUSTOMER, CUSTOMER, LEAD))
LEAD_LOST = ObservationKind("lead.lost", Label("丢失商机", "Lead lost"), by_hand=True, attributes=(REASON, CUSTOMER, LEAD))
PAYMENT = ObservationKind("payment.received", Label("到账", "Payment received"), has_amount=True, attributes=(NEW_CUSTOMER, CUSTOMER, DEAL))
RATING = ObservationKind("feedback.rated", Label("客户评分", "Rated by a customer"), quantity="rating, 0 to 1", attributes=(CHANNEL, CUSTOMER))

KINDS = (SALE, LEAD_CREATED, LEAD_FOLLOWED_UP, LEAD_WON, LEAD_LOST, PAYMENT, RATING)
