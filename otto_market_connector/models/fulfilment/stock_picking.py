from odoo import fields, models
from odoo.exceptions import UserError

from ..core.write_guard import inside_checked_method, is_checked

# What brings goods to a customer: from the warehouse, or straight from the supplier (`stock_dropshipping`).
DELIVERY_CODES = ("outgoing", "dropship")


class StockPicking(models.Model):
    _inherit = "stock.picking"

    otto_channel_id = fields.Many2one(related="sale_id.otto_channel_id", string="OTTO Channel")
    otto_order_number = fields.Char(related="sale_id.otto_order_number")
    otto_parcel_ids = fields.One2many(related="sale_id.otto_parcel_ids")
    otto_status = fields.Selection(related="sale_id.otto_status")
    otto_state_text = fields.Text(related="sale_id.otto_state_text")
    otto_state_tone = fields.Selection(related="sale_id.otto_state_tone")
    otto_stop_parcel = fields.Boolean(related="sale_id.otto_stop_parcel")
    otto_suspected_fraud = fields.Boolean(related="sale_id.otto_suspected_fraud")
    otto_weee_pickup = fields.Boolean(related="sale_id.otto_weee_pickup")

    @property
    def _otto_orders(self):
        """The OTTO orders of these transfers, whatever the person in the warehouse may see of sales."""
        pickings = self.sudo()
        return (pickings.sale_id | pickings.move_ids.sale_line_id.order_id)._otto_orders

    @property
    def _otto_deliveries(self):
        """The transfers among these that bring an OTTO order to its customer."""
        return self.filtered(lambda picking: picking.picking_type_code in DELIVERY_CODES and picking._otto_orders)

    @property
    def _otto_exchanges(self):
        """The deliveries among these of orders that had left before, as after a return; OTTO is not told of them."""
        return self._otto_deliveries.filtered(
            lambda picking: any(
                other.state == "done" and other.id < picking.id
                for other in picking._otto_orders.picking_ids._otto_deliveries
            )
        )

    @property
    def _otto_first_deliveries(self):
        """The deliveries among these that OTTO waits for."""
        return self._otto_deliveries - self._otto_exchanges

    def _action_done(self):
        """R7: no OTTO transfer is done without both numbers."""
        deliveries = self._otto_first_deliveries
        for picking in deliveries:
            picking._otto_check_ready()
        result = super()._action_done()
        for picking in deliveries:
            picking._otto_check_labels()
        deliveries._otto_orders._otto_update_report()
        return result

    def _check_backorder(self):
        """R9: say at once that OTTO takes no partial delivery, instead of asking for a backorder."""
        short = super()._check_backorder()
        for picking in short._otto_first_deliveries:
            picking.move_ids._otto_leaving.sudo()._otto_check_shippable(picking._otto_orders)
        return short

    def _otto_check_ready(self):
        """Refuse, before a label is bought, what could not be told to OTTO afterwards.

        :raises UserError: names the order and the remedy
        """
        order = self._otto_orders
        self.move_ids._otto_leaving.sudo()._otto_check_shippable(order)
        self._otto_check_carrier()
        self._otto_check_rows()
        self._otto_check_one_parcel()
        self._otto_check_typed_number()
        if order.otto_report_state != "sent" and order._otto_parcel_pair():
            order._otto_ask_before_label()

    def _otto_check_typed_number(self):
        """A number on the transfer keeps Odoo from having a label made, so OTTO would not learn of one.

        :raises UserError: names the number and the remedy
        """
        if self.carrier_tracking_ref and not self._otto_orders._otto_needs_no_label():
            raise UserError(
                self.env._(
                    "Transfer %(picking)s of OTTO order %(order)s has the tracking reference %(number)s, so no "
                    "label is made. Please empty the tracking reference to have both labels made, or enter the numbers "
                    "of both labels in the Shipping tab of the order.",
                    picking=self.name,
                    order=self._otto_orders.name,
                    number=self.carrier_tracking_ref,
                )
            )

    def _otto_check_rows(self):
        """R8: labels were entered by hand for both ways, or for none; what is there already is not booked again."""
        order = self._otto_orders
        doubt = order.otto_report_state != "sent" and order._otto_parcel_pair() and order._otto_number_doubt()
        if doubt or (order.otto_parcel_ids and not order._otto_needs_no_label()):
            raise UserError(
                self.env._(
                    "Transfer %(picking)s of OTTO order %(order)s cannot be validated. %(reason)s Please enter what is "
                    "missing in the Shipping tab of the order, or delete its rows to have both labels made.",
                    picking=self.name,
                    order=order.name,
                    reason=order._otto_missing_parcels(),
                )
            )

    def _otto_check_one_parcel(self):
        """R9: one parcel, so one package or none; each package would get labels of its own."""
        if self._otto_orders._otto_needs_no_label():
            return
        leaving = self.move_line_ids.filtered(lambda line: line.quantity and line.state != "cancel")
        parcels = leaving.result_package_id.sorted("id").mapped("display_name")
        if leaving.filtered(lambda line: not line.result_package_id):
            parcels.append(self.env._("goods in no package"))
        if len(parcels) > 1:
            raise UserError(
                self.env._(
                    "OTTO order %(order)s must be shipped in one parcel, but transfer %(picking)s has several: "
                    "%(parcels)s. Please put everything into one package, or take everything out of the packages.",
                    order=self._otto_orders.name,
                    picking=self.name,
                    parcels=", ".join(parcels),
                )
            )

    def _otto_check_carrier(self):
        """R7: only a carrier that makes the return label too, unless both labels were entered by hand.

        :raises UserError: says why and what to do
        """
        if self._otto_orders._otto_needs_no_label():
            return
        reason = self.carrier_id._otto_refusal()
        if not reason and not self.picking_type_id.print_label:
            reason = self.env._("the operation type prints no labels. Switch on Print Label on the operation type")
        if reason:
            raise UserError(
                self.env._(
                    "Transfer %(picking)s of OTTO order %(order)s cannot be validated: %(reason)s. "
                    "Labels made elsewhere can be entered in the Shipping tab of the order.",
                    picking=self.name,
                    order=self._otto_orders.name,
                    reason=reason,
                )
            )

    def _otto_check_labels(self):
        if not self._otto_orders._otto_needs_no_label():
            raise UserError(
                self.env._(
                    "Transfer %(picking)s of OTTO order %(order)s cannot be validated. %(reason)s",
                    picking=self.name,
                    order=self._otto_orders.name,
                    # Of many transfers Odoo swallows why the second got no label.
                    reason=self._dhl_de_last_refusal() or self._otto_orders._otto_missing_parcels(),
                )
            )

    def send_to_shipper(self):
        """Book no label when both were entered by hand (R8); else enter the labels in the Shipping tab.

        :raises UserError: the order or the carrier allows no label
        """
        self._otto_refuse_label_of_step()
        if not self._otto_first_deliveries:
            return super().send_to_shipper()
        if self._otto_orders._otto_needs_no_label():
            return None
        if not is_checked(self.env):
            self._otto_check_ready()
        self._otto_orders._otto_ask_before_label()
        result = super().send_to_shipper()
        self._otto_enter_parcels()
        return result

    def cancel_shipment(self):
        """Take the rows of cancelled labels out of the Shipping tab; labels that OTTO knows stay.

        :raises UserError: OTTO has been told the number and offers no way to change it
        """
        self._otto_refuse_label_of_step()
        deliveries = self._otto_first_deliveries
        deliveries._otto_orders.otto_parcel_ids._check_editable()
        result = super().cancel_shipment()
        # DHL may have cancelled only a part; what is still booked stays.
        deliveries._otto_drop_rows()
        return result

    def _otto_refuse_label_of_step(self):
        """The label belongs to the delivery; Odoo copies carrier and number to the steps before it.

        :raises UserError: names the deliveries
        """
        for picking in self.filtered(lambda picking: picking.picking_type_code == "internal"):
            if order := picking._otto_orders:
                deliveries = order.picking_ids._otto_deliveries.filtered(lambda delivery: delivery.state != "cancel")
                raise UserError(
                    self.env._(
                        "%(picking)s only prepares the delivery of OTTO order %(order)s. Please make or cancel the "
                        "label on the delivery itself: %(deliveries)s.",
                        picking=picking.name,
                        order=order.name,
                        deliveries=", ".join(deliveries.mapped("name")) or self.env._("it is still to come"),
                    )
                )

    def _otto_enter_parcels(self):
        """Make the rows of the Shipping tab from the transfer's numbers and labels (R8)."""
        carrier = self.carrier_id
        numbers = {"shipment": self._dhl_de_numbers(), "return": self._dhl_de_return_numbers()}
        prefixes = {"shipment": carrier._get_delivery_label_prefix(), "return": carrier.get_return_label_prefix()}
        known = set(self._otto_orders.otto_parcel_ids.mapped("tracking_number"))
        self.env["otto.parcel"]._otto_enter(
            [
                {
                    "order_id": self._otto_orders.id,
                    "type": type_,
                    "tracking_number": number,
                    "picking_id": self.id,
                    "label_id": self._otto_label(prefixes[type_], number).id,
                }
                for type_, own in numbers.items()
                for number in own
                if number not in known
            ]
        )

    def _otto_label(self, prefix, number):
        domain = [("res_model", "=", "stock.picking"), ("res_id", "=", self.id), ("name", "=like", f"{prefix}%")]
        labels = self.env["ir.attachment"].sudo().search(domain, order="id desc")
        return labels.filtered(lambda label: number in label.name)[:1] or labels[:1]

    def _add_delivery_cost_to_so(self):
        """R10, R18: an OTTO order's shipping costs are OTTO's fees."""
        if self.otto_channel_id:
            return None
        return super()._add_delivery_cost_to_so()

    # R21

    def _send_confirmation_email(self):
        """R21: the labels are made, but an OTTO customer gets no mail from Odoo."""
        # Called by `_action_done` alone, which has checked everything before.
        return super(
            StockPicking, inside_checked_method(self).with_context(otto_no_mail=True)
        )._send_confirmation_email()

    def _check_warn_sms(self):
        """R21: no question whether to send text messages to OTTO customers; only stock_sms asks it."""
        return super(StockPicking, self - self._otto_deliveries)._check_warn_sms()

    def _message_sms_with_template(self, *args, **kwargs):
        """R21: no text message to an OTTO customer."""
        others = self.filtered(lambda picking: not picking.otto_channel_id)
        return super(StockPicking, others)._message_sms_with_template(*args, **kwargs) if others else None

    def message_post_with_source(self, *args, **kwargs):
        """R21: no delivery notice to an OTTO customer."""
        if self.env.context.get("otto_no_mail") and self._otto_deliveries:
            return self.env["mail.message"]
        return super().message_post_with_source(*args, **kwargs)
