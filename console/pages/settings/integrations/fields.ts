import type { Problems } from './form-input.ts';
import type { FieldName, FormValues } from './form-values.ts';
import type { IntegrationType } from './integration-type.ts';

/** A control that can get the focus. */
export interface Focusable {
  focus(): void;
}

/** The properties of a group of fields. */
export interface Fields {
  readonly type: IntegrationType;
  readonly isNew: boolean;
  readonly values: FormValues;
  readonly problems: Problems;
  change(changes: Partial<FormValues>): void;
  /** Registers the control of a field, which gets the focus when it is the first wrong one. */
  keep(name: FieldName): (control: Focusable | null) => void;
}
