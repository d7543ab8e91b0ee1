import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useRef, useState } from 'react';
import type { ApiFailure } from '../../../api/api-failure.ts';
import { foreignText } from '../../../components/foreign.tsx';
import { WriteButton } from '../../../components/write-button.tsx';
import { addressOf, type Route } from '../../../shell/routes.ts';
import { AccessFields } from './access-fields.tsx';
import type { Fields, Focusable } from './fields.ts';
import { fieldProblems, inputOf, type Problems, problemsIn, without } from './form-input.ts';
import { type FieldName, type FormValues, fieldsOf, newValues } from './form-values.ts';
import type { IntegrationType } from './integration-type.ts';
import { OptionFields } from './option-fields.tsx';

/** The form that adds or changes an integration. */
export function IntegrationForm(props: {
  type: IntegrationType;
  /** The stored values; null for a new integration. */
  before: FormValues | null;
  submitText: string;
  cancel: Route;
  isBusy: boolean;
  failure: ApiFailure | null;
  onSubmit: (input: object) => void;
}) {
  const { type, before, submitText, cancel, isBusy, failure } = props;
  const [values, setValues] = useState(before ?? newValues);
  const [found, setFound] = useState<Problems | null>(null);
  const [corrected, setCorrected] = useState<readonly string[]>([]);
  const refused = failure && fieldProblems(type, failure.fields);
  const problems = without(found ?? refused?.problems ?? {}, corrected);
  const controls = useRef(new Map<FieldName, Focusable>());
  useEffect(() => {
    if (failure) focusFirst(controls.current, type, fieldProblems(type, failure.fields).problems);
  }, [failure, type]);
  const submit = () => {
    const wrong = problemsIn(type, values, before);
    setCorrected([]);
    if (Object.keys(wrong).length > 0) {
      setFound(wrong);
      focusFirst(controls.current, type, wrong);
      return;
    }
    setFound(null);
    props.onSubmit(inputOf(type, values, before));
  };
  const fields: Fields = {
    type,
    isNew: before === null,
    values,
    problems,
    change: (changes) => {
      setValues((now) => ({ ...now, ...changes }));
      setCorrected([...corrected, ...Object.keys(changes)]);
    },
    keep: (name) => (control) => {
      if (control) controls.current.set(name, control);
      else controls.current.delete(name);
    },
  };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) submit();
      }}
    >
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" variant="link" href={addressOf(cancel)}>
              Cancel
            </Button>
            <WriteButton variant="primary" loading={isBusy}>
              {submitText}
            </WriteButton>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">Access</Header>}>
            <AccessFields {...fields} />
          </Container>
          <Container header={<Header variant="h2">Options</Header>}>
            <OptionFields {...fields} />
          </Container>
          {found === null && failure && <Refusal failure={failure} others={refused?.others ?? []} />}
        </SpaceBetween>
      </Form>
    </form>
  );
}

function focusFirst(
  controls: ReadonlyMap<FieldName, Focusable>,
  type: IntegrationType,
  wrong: Problems,
): void {
  const first = fieldsOf(type).find((name) => wrong[name] !== undefined);
  if (first) controls.get(first)?.focus();
}

/** The messages that belong to no field. */
function Refusal({ failure, others }: { failure: ApiFailure; others: readonly string[] }) {
  const isByField = Object.keys(failure.fields).length > 0;
  if (isByField && others.length === 0) return null;
  return (
    <Alert type="error" header={foreignText(isByField ? others.join(' ') : failure.message)}>
      {failure.remedy === null ? null : foreignText(failure.remedy)}
    </Alert>
  );
}
