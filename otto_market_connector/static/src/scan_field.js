import { useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { pick } from "@web/core/utils/objects";
import { CharField, charField } from "@web/views/fields/char/char_field";

/** A field for a barcode scanner: Enter, which scanners send, presses the button named in its options. */
export class ScanField extends CharField {
    static props = { ...CharField.props, action: { type: String } };

    setup() {
        super.setup();
        useEffect(
            (input) => {
                if (!input) {
                    return;
                }
                const onKeydown = (event) => this.onKeydown(event);
                input.addEventListener("keydown", onKeydown);
                return () => input.removeEventListener("keydown", onKeydown);
            },
            () => [this.input.el]
        );
        // After each scan the field waits for the next one, unless somebody has gone elsewhere.
        useEffect(() => {
            if (document.activeElement === document.body) {
                this.input.el?.focus();
            }
        });
    }

    async onKeydown(event) {
        if (event.key !== "Enter") {
            return;
        }
        event.preventDefault();
        event.stopPropagation();
        const { record, name, action } = this.props;
        await record.update({ [name]: this.parse(event.target.value) });
        this.env.onClickViewButton({
            clickParams: { name: action, type: "object" },
            getResParams: () => pick(record, "context", "evalContext", "resModel", "resId", "resIds"),
        });
    }
}

registry.category("fields").add("otto_scan", {
    ...charField,
    component: ScanField,
    extractProps: (fieldInfo, dynamicInfo) => ({
        ...charField.extractProps(fieldInfo, dynamicInfo),
        action: fieldInfo.options.action,
    }),
});
