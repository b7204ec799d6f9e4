import { Component, onMounted, onWillUnmount, status } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const SECONDS = 2;

/** The counters of a channel: each opens the list behind it. */
export class OttoCountersField extends Component {
    static template = "otto_market_connector.Counters";
    static props = { ...standardFieldProps };

    get counters() {
        return this.props.record.data[this.props.name] || [];
    }

    colour(counter) {
        return counter.count ? { danger: "text-bg-danger", warning: "text-bg-warning" }[counter.level] || "text-bg-info" : "text-bg-light text-muted";
    }

    /** The page shows first what it was, and is drawn anew when Odoo answers: a click in between counts as well. */
    async open(counter) {
        const { orm, action } = this.env.services;
        const { resModel, resId } = this.props.record;
        const list = await orm.call(resModel, "action_open_counter", [[resId], counter.key]);
        if (list) {
            await action.doAction(list);
        }
    }
}

registry.category("fields").add("otto_counters", { component: OttoCountersField, supportedTypes: ["json"] });

/** The steps of the guided start with their ticks; each can be gone to. The page follows what scheduled actions do. */
export class OttoStepsField extends Component {
    static template = "otto_market_connector.Steps";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        // A form that is replaced before anybody saw it is never unmounted.
        onMounted(() => (this.timer = setInterval(() => this.readAgain(), SECONDS * 1000)));
        onWillUnmount(() => clearInterval(this.timer));
    }

    get steps() {
        return this.props.record.data[this.props.name] || [];
    }

    /** What a person is entering is not lost to it: a changed record waits. */
    async readAgain() {
        const { record } = this.props;
        if (!record.data.is_running || document.hidden || (await record.isDirty())) {
            return;
        }
        // The form may have been left meanwhile.
        if (status(this) === "mounted") {
            await record.load();
        }
    }

    async goTo(step) {
        const { record } = this.props;
        if (await record.save({ reload: false })) {
            await this.orm.call(record.resModel, "action_go_to", [[record.resId], step.key]);
            await record.load();
        }
    }
}

registry.category("fields").add("otto_steps", { component: OttoStepsField, supportedTypes: ["json"] });

/** The same list on the channel: what is done, and what each open step lacks. */
export class OttoReadinessField extends Component {
    static template = "otto_market_connector.Readiness";
    static props = { ...standardFieldProps };

    get lines() {
        return this.props.record.data[this.props.name] || [];
    }
}

registry.category("fields").add("otto_readiness", { component: OttoReadinessField, supportedTypes: ["json"] });
