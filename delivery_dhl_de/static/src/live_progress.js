import { onMounted, onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { ProgressBarField, progressBarField } from "@web/views/fields/progress_bar/progress_bar_field";

const SECONDS = 2;

/** A progress bar that reads its record again until the work is done. */
export class LiveProgressField extends ProgressBarField {
    setup() {
        super.setup();
        // A form that is replaced before anybody saw it is never unmounted.
        onMounted(() => (this.timer = setInterval(() => this.readAgain(), SECONDS * 1000)));
        onWillUnmount(() => clearInterval(this.timer));
    }

    async readAgain() {
        const { record, name } = this.props;
        if (record.data.state === "running" && !document.hidden) {
            await record.load();
        } else if (record.data[name] >= 100) {
            clearInterval(this.timer);
        }
    }
}

registry.category("fields").add("live_progress", { ...progressBarField, component: LiveProgressField });
