"""What the seller may say about a return: OTTO's own words (facts/otto.md §10.2, §10.3), with the words of people."""

ACCEPT_REASONS = [
    ("RETURN_RECEIVED", "The goods came back"),
    ("SHIPMENT_LOST", "The shipment was lost"),
    ("RETURN_LOST", "The return was lost"),
    ("UNDELIVERABLE", "The shipment cannot be delivered"),
    ("CANCEL_REQUEST_BY_CUSTOMER", "The customer cancels"),
    ("COMPLAINT", "The customer complains"),
    ("REFUND_AFTER_AFFIDAVIT", "The customer affirms that nothing arrived"),
    ("STATUS_SENT_BY_ACCIDENT", "It was never sent"),
]
REJECT_REASONS = [
    ("ITEM_DAMAGED", "The article is damaged"),
    ("WRONG_ITEM", "It is another article"),
    ("THIRD_PARTY_ITEM", "It is another seller's article"),
    ("ITEM_NOT_IN_THE_PARCEL", "The article is not in the parcel"),
    ("DAMAGE_TO_THE_HYGIENE_SEAL", "The hygiene seal is broken"),
    ("RETURN_PERIOD_EXCEEDED", "It comes too late"),
    ("EXCHANGE", "It is exchanged"),
]
REASONS = {"accept": ACCEPT_REASONS, "reject": REJECT_REASONS}
