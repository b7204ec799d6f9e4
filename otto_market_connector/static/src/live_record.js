import { Component, onMounted, onWillUnmount, status, xml } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const SECONDS = 2;

/** Reads its record again while the scheduled actions work for it: `<widget name="otto_live" busy="is_syncing"/>`. */
export class LiveRecord extends Component {
    static template = xml`<span class="o_otto_live"/>`;
    static props = { ...standardWidgetProps, busy: String };

    setup() {
        // A form that is replaced before anybody saw it is never unmounted.
        onMounted(() => (this.timer = setInterval(() => this.readAgain(), SECONDS * 1000)));
        onWillUnmount(() => clearInterval(this.timer));
    }

    async readAgain() {
        const { record, busy } = this.props;
        // What a person is typing is not read over.
        if (!record.data[busy] || document.hidden || (await record.isDirty())) {
            return;
        }
        // The form may have been left meanwhile.
        if (status(this) === "mounted") {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("otto_live", {
    component: LiveRecord,
    extractProps: ({ attrs }) => ({ busy: attrs.busy }),
});
