import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input, { type InputProps } from '@cloudscape-design/components/input';
import { useEffect, useRef, useState } from 'react';
import type { ApiFailure } from '../../../api/api-failure.ts';
import { foreignText } from '../../../components/foreign.tsx';
import { WriteButton } from '../../../components/write-button.tsx';

/** A setting with one text, which is saved by itself. */
export function SettingForm(props: {
  header: string;
  label: string;
  description: string;
  placeholder?: string;
  /** The name of the field in the API. */
  field: string;
  value: string;
  canSave: boolean;
  isBusy: boolean;
  failure: ApiFailure | null;
  onChange: (value: string) => void;
  onSave: () => void;
}) {
  const { header, label, description, placeholder = '', field, value, canSave, isBusy, failure } = props;
  const input = useRef<InputProps.Ref>(null);
  // A message stays until the user corrects the value.
  const [corrected, setCorrected] = useState<ApiFailure | null>(null);
  const shown = failure === corrected ? null : failure;
  const message = shown && (shown.fields[field] ?? `${shown.message} ${shown.remedy ?? ''}`);
  useEffect(() => {
    if (failure) input.current?.focus();
  }, [failure]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (canSave && !isBusy) props.onSave();
      }}
    >
      <Container header={<Header variant="h2">{header}</Header>}>
        <Form
          actions={
            <WriteButton
              formAction="submit"
              loading={isBusy}
              disabled={!canSave}
              ariaLabel={`Save the ${label.toLowerCase()}`}
            >
              Save
            </WriteButton>
          }
        >
          <FormField label={label} description={description} errorText={message && foreignText(message)}>
            <Input
              ref={input}
              value={value}
              placeholder={placeholder}
              spellcheck={false}
              onChange={({ detail }) => {
                props.onChange(detail.value);
                setCorrected(failure);
              }}
            />
          </FormField>
        </Form>
      </Container>
    </form>
  );
}
